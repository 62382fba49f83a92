"""C4: the theorem covers the interval and promises nothing outside it."""

from __future__ import annotations

from statistics import median

from pyfrontiers.claims import c03
from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

_LEAST = 10.0
_WIDTH = 64
_TARGETS: dict[Profile, tuple[str, ...]] = {
    "quick": ("wavy",),
    "full": ("wavy", "sine", "hill", "ramp", "absolute"),
}


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.approximation import median_of

    plan = tuple((name, _WIDTH, "adam") for name in _TARGETS[profile])
    found = c03.study(plan, seed=seed, report=report)
    first = found[0]
    ratio = median_of(first.ratios, seed=seed)
    inside, outside = median_of(first.trained, seed=seed), median_of(first.outside, seed=seed)
    return Measurement(
        value={
            "outside / inside": ratio.value,
            "error on [0, 1]": inside.value,
            "error on [1, 2]": outside.value,
        },
        interval={
            "outside / inside": (ratio.low, ratio.high),
            "error on [0, 1]": (inside.low, inside.high),
            "error on [1, 2]": (outside.low, outside.high),
        },
        status="pass" if ratio.value > _LEAST else "fail",
        details={
            "ratios": {one.target: list(one.ratios) for one in found},
            "inside": {one.target: list(one.trained) for one in found},
            "outside": {one.target: list(one.outside) for one in found},
        },
    )


def _describe(measured: Measurement) -> Finding:
    value, interval, ratios = measured.value, measured.interval, measured.details["ratios"]
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    judged, *others = ratios
    return Finding(
        "Outside the training range, the error of the same networks is "
        f"**{number(value['outside / inside'])} times larger** (median of {len(ratios[judged])} "
        f"networks, {judged} function).",
        (
            Figure(
                "Error on [0, 1]",
                number(value["error on [0, 1]"]),
                span(interval["error on [0, 1]"]),
            ),
            Figure(
                "Error on [1, 2]",
                number(value["error on [1, 2]"]),
                span(interval["error on [1, 2]"]),
            ),
            Figure("Ratio", number(value["outside / inside"]), span(interval["outside / inside"])),
            *(
                Figure(f"Ratio, {name} function (not judged)", number(median(ratios[name])))
                for name in others
            ),
        ),
    )


CLAIM = Claim(
    id="C4",
    section="universal-approximation",
    statement="The theorem promises nothing about inputs outside the training range.",
    paper=(
        "It bounds the error on the compact set where the function is given and says nothing about "
        "other inputs (Cybenko 1989)."
    ),
    rule=(
        "the error of networks of 64 units, fitted to the wavy function on [0, 1], is more than 10 "
        "times larger on [1, 2], as the median of 20 seeds (other functions are reported but not "
        "judged)"
    ),
    measure=_measure,
    describe=_describe,
)
