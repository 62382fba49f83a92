"""C14: networks are black boxes, and explanations of them can mislead."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Number of randomised networks, of integration steps or noisy copies, and the cascade's stages.
_RUNS: dict[Profile, tuple[int, int, tuple[str, ...]]] = {
    "quick": (1, 8, ("top quarter",)),
    "full": (5, 16, ("output layer", "top quarter", "upper half", "whole network")),
}
#: The paper's result. The edge detector is the control: if it passed, the check would be void.
_CONTROL = "edge detector"
_FAIL = ("guided backpropagation", _CONTROL)
_PASS = ("gradient", "Grad-CAM")


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.limitations.interpretability import JUDGED, explanation_check

    seeds, samples, stages = _RUNS[profile]
    found = explanation_check(seeds=seeds, samples=samples, stages=stages, seed=seed, report=report)
    del found["maps"]
    judged = found["judged"]
    place = found["stages"].index(JUDGED)
    spread = {
        name: _interval([row[place] for row in rows])
        for name, rows in found["correlations"].items()
    }
    return Measurement(
        value={name: judged[name]["correlation"] for name in judged},
        interval=spread if seeds > 1 else None,
        status=_judge(judged),
        details=found,
    )


def _interval(values: list[float]) -> tuple[float, float]:
    """Return Student's 95 % interval of the mean over the randomised networks."""
    import numpy as np
    from scipy.stats import t

    if len(values) < 2:
        return values[0], values[0]
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
    return float(np.mean(values) - half), float(np.mean(values) + half)


def _judge(judged: dict[str, dict[str, Any]]) -> Any:
    as_published = all(judged[name]["fails"] for name in _FAIL) and not any(
        judged[name]["fails"] for name in _PASS
    )
    return "pass" if as_published else "fail"


def _describe(measured: Measurement) -> Finding:
    judged, interval = measured.details["judged"], measured.interval or {}
    assert isinstance(interval, dict)
    fails = [
        f"**{name} ({number(found['correlation'])})**"
        for name, found in judged.items()
        if found["fails"] and name != _CONTROL
    ]
    which = " and ".join(fails) if fails else "**no method**"
    maps, resemble = ("the maps", "resemble") if len(fails) > 1 else ("the map", "resembles")
    return Finding(
        f"With the top layers randomised, {maps} of {which} still {resemble} that of the trained "
        "network (rank correlation of 0.5 or more).",
        (
            *(
                Figure(
                    f"{name[0].upper()}{name[1:]}" + (" (control)" if name == _CONTROL else ""),
                    f"{number(found['correlation'])}, {'fails' if found['fails'] else 'passes'}",
                    span(interval[name]) if name in interval else "",
                )
                for name, found in judged.items()
            ),
            Figure("Randomised networks", f"{measured.details['seeds']}"),
        ),
    )


CLAIM = Claim(
    id="C14",
    section="limitations-summary",
    statement="Networks are black boxes, and explanations of them can mislead.",
    paper=(
        "Guided backpropagation looks the same after the weights are randomised; gradients and "
        "Grad-CAM change as they should (Adebayo et al. 2018)."
    ),
    rule=(
        "the map of guided backpropagation on the temple keeps a rank correlation of at least 0.5 "
        "with that of the trained network after the output layer and the top quarter of "
        "EfficientNet-Lite0 are randomised, as does an edge detector, which uses no network, while "
        "the maps of the gradient and of Grad-CAM do not"
    ),
    measure=_measure,
    describe=_describe,
)
