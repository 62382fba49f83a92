"""C13: networks reproduce the bias in their data."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Share of slanted digits in the training data for which the claim is judged.
_SHARE = 0.03
#: Number of seeds, and training steps.
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
        "reduction of the gap": less,
    }
    return Measurement(
        value={name: part["value"] for name, part in figures.items()},
        interval={name: (part["low"], part["high"]) for name, part in figures.items()},
        status=_judge(before, less),
        details=found,
    )


def _judge(before: dict[str, Any], less: dict[str, float]) -> Any:
    apart = before["slanted"]["low"] > before["upright"]["high"] and before["gap"]["low"] > 0
    return "pass" if apart and less["low"] > 0 else "fail"


def _describe(measured: Measurement) -> Finding:
    value, interval, details = measured.value, measured.interval, measured.details
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    unit = {name: " points" if "gap" in name else " %" for name in value}
    shown = {name: f"{number(100 * share)}{unit[name]}" for name, share in value.items()}
    judged = next(row for row in details["shares"] if row["share"] == _SHARE)
    after = judged["reweighted"]["upright"]
    return Finding(
        f"With {100 * _SHARE:.0f} % of the training data, the rare group has an error of "
        f"**{shown['error of the rare group']}**, the common group of "
        f"**{shown['error of the common group']}**; reweighting changes the gap from "
        f"**{number(100 * value['gap'])} to {shown['gap after reweighting']}**.",
        (
            *(
                Figure(
                    name[0].upper() + name[1:],
                    shown[name],
                    span(interval[name], scale=100, unit=unit[name]),
                )
                for name in value
            ),
            Figure(
                "Error of the common group after reweighting",
                percent(after["value"]),
                span((after["low"], after["high"]), scale=100, unit=" %"),
            ),
            Figure("Seeds", f"{details['seeds']}"),
        ),
    )


CLAIM = Claim(
    id="C13",
    section="limitations-summary",
    statement="Networks reproduce the bias in their data.",
    paper=(
        "Three commercial face classifiers: an error of up to 34.7 % for darker-skinned women, at "
        "most 0.8 % for lighter-skinned men (Buolamwini and Gebru 2018)."
    ),
    rule=(
        "the group of digits with 3 % of the training data has a larger error than the other "
        "group, the 95 % intervals do not overlap, and weighting both groups equally reduces the "
        "gap, with a 95 % interval above 0"
    ),
    measure=_measure,
    describe=_describe,
)
