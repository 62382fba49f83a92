"""C4: the theorem is about the interval, and promises nothing beside it."""

from __future__ import annotations

from pyfrontiers.claims import c03
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
    beside = ", ".join(
        f"{one.target} {median_of(one.ratios, seed=seed).value:.0f}" for one in found[1:]
    )
    return Measurement(
        value={
            "outside over inside": ratio.value,
            "error on [0, 1]": inside.value,
            "error on [1, 2]": outside.value,
        },
        interval={
            "outside over inside": (ratio.low, ratio.high),
            "error on [0, 1]": (inside.low, inside.high),
            "error on [1, 2]": (outside.low, outside.high),
        },
        status="pass" if ratio.value > _LEAST else "fail",
        summary=(
            f"on the wavy function the same {len(first.trained)} fitted networks err by "
            f"{inside.value:.3f} on [0, 1] and by {outside.value:.2f} on [1, 2], {ratio.value:.0f} "
            "times as much in the median"
            + (f"; the other functions, not judged: {beside} times" if beside else "")
        ),
        details={
            "ratios": {one.target: list(one.ratios) for one in found},
            "inside": {one.target: list(one.trained) for one in found},
            "outside": {one.target: list(one.outside) for one in found},
        },
    )


CLAIM = Claim(
    id="C4",
    section="universal-approximation",
    statement="The theorem promises nothing about inputs that were not fitted.",
    paper=(
        "It bounds the distance on the compact set where the function is given, and says nothing "
        "beyond that set (Cybenko 1989)."
    ),
    rule=(
        "networks of 64 units fitted to the wavy function on [0, 1] err more than 10 times as much "
        "on [1, 2], in the median of 20 seeds; the ratio of other functions is reported beside it"
    ),
    measure=_measure,
)
