"""C13: networks reproduce the bias of their data."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Share of slanted digits in the training data that the claim is judged at.
_SHARE = 0.03
#: Repetitions, and steps of each training.
_RUNS: dict[Profile, tuple[int, int]] = {"quick": (3, 250), "full": (5, 400)}


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.limitations.bias import SHARES, bias_study

    seeds, steps = _RUNS[profile]
    shares = (_SHARE,) if profile == "quick" else SHARES
    found = bias_study(shares=shares, seeds=seeds, steps=steps, seed=seed, report=report)
    judged = next(row for row in found["shares"] if row["share"] == _SHARE)
    before, after, less = judged["none"], judged["reweighted"], judged["reduction"]
    figures = {
        "error of the common group": before["upright"],
        "error of the rare group": before["slanted"],
        "gap": before["gap"],
        "gap after reweighting": after["gap"],
        "gap lowered by": less,
    }
    return Measurement(
        value={name: part["value"] for name, part in figures.items()},
        interval={name: (part["low"], part["high"]) for name, part in figures.items()},
        status=_judge(before, less),
        summary=(
            f"with {100 * _SHARE:.0f} % of the training data the rare group is mistaken in "
            f"{_percent(before['slanted'])}, the common one in {_percent(before['upright'])}; "
            f"reweighting lowers the gap from {_percent(before['gap'])} to "
            f"{_percent(after['gap'])}, by {_points(less)} points, over {seeds} seeds, and the "
            f"common group's error becomes {_percent(after['upright'])}"
        ),
        details=found,
    )


def _judge(before: dict[str, Any], less: dict[str, float]) -> Any:
    apart = before["slanted"]["low"] > before["upright"]["high"] and before["gap"]["low"] > 0
    return "pass" if apart and less["low"] > 0 else "fail"


def _percent(share: dict[str, float]) -> str:
    return f"{_points(share)} %"


def _points(share: dict[str, float]) -> str:
    low, high = 100 * share["low"], 100 * share["high"]
    return f"{100 * share['value']:.1f} [{low:.1f}, {high:.1f}]"


CLAIM = Claim(
    id="C13",
    section="limitations-summary",
    statement="Networks reproduce the bias of their data.",
    paper=(
        "Error of three face products: up to 34.7 % for darker-skinned women, at most 0.8 % for "
        "lighter-skinned men (Buolamwini and Gebru 2018)."
    ),
    rule=(
        "of two groups of writers the one with 3 % of the training data has the larger error, the "
        "95 % intervals do not overlap, and weighing both groups equally lowers the gap with a "
        "95 % interval above 0."
    ),
    measure=_measure,
)
