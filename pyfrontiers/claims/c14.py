"""C14: networks are black boxes, and explanations of them can mislead."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Random networks, steps or noisy copies, and the stages of the cascade.
_RUNS: dict[Profile, tuple[int, int, tuple[str, ...]]] = {
    "quick": (1, 8, ("top quarter",)),
    "full": (5, 16, ("output layer", "top quarter", "upper half", "whole network")),
}
#: What the paper found; the control must be caught or the check says nothing.
_FAIL = ("guided backpropagation", "edge detector")
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
    told = [name for name in judged if name != "edge detector"]
    fails = [_named(name, judged) for name in told if judged[name]["fails"]]
    passes = [_named(name, judged) for name in told if not judged[name]["fails"]]
    return Measurement(
        value={name: judged[name]["correlation"] for name in judged},
        interval=spread if seeds > 1 else None,
        status=_judge(judged),
        summary=(
            f"rank correlation of the map of {found['class']} with the trained network's once "
            f"output layer and top quarter are random: {', '.join(fails) or 'none'} fail, "
            f"{', '.join(passes) or 'none'} pass; {seeds} random network"
            + ("s" if seeds > 1 else "")
        ),
        details=found,
    )


def _interval(values: list[float]) -> tuple[float, float]:
    """Give Student's 95 % interval of the mean over the random networks."""
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


def _named(name: str, judged: dict[str, dict[str, Any]]) -> str:
    return f"{name} ({judged[name]['correlation']:.2f})"


CLAIM = Claim(
    id="C14",
    section="limitations-summary",
    statement="Networks are black boxes, and explanations of them can mislead.",
    paper=(
        "Guided backpropagation looks the same after the weights are randomised; gradients and "
        "Grad-CAM change as they should (Adebayo et al. 2018)."
    ),
    rule=(
        "with output layer and top quarter of EfficientNet-Lite0 random, the map of guided "
        "backpropagation on the temple keeps a rank correlation of at least 0.5 with the trained "
        "network's, as an edge detector does that asks no network, and those of the gradient and "
        "of Grad-CAM do not."
    ),
    measure=_measure,
)
