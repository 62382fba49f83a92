"""C3: good weights exist, but training does not have to find them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.approximation import Comparison

__all__ = ["CLAIM", "study"]

_SEEDS = 20
_STEPS = 2000
_WIDTH = 64
#: (target, width, optimiser) of each comparison; page and card show the first.
_PLANS: dict[Profile, tuple[tuple[str, int, str], ...]] = {
    "quick": (("wavy", _WIDTH, "adam"),),
    "full": (
        ("wavy", _WIDTH, "adam"),
        ("sine", _WIDTH, "adam"),
        ("hill", _WIDTH, "adam"),
        ("ramp", _WIDTH, "adam"),
        ("absolute", _WIDTH, "adam"),
        ("wavy", 16, "adam"),
        ("wavy", 32, "adam"),
        ("wavy", 128, "adam"),
        ("wavy", _WIDTH, "momentum"),
        ("wavy", _WIDTH, "rmsprop"),
        ("wavy", _WIDTH, "sgd"),
    ),
}


def study(plan: tuple[tuple[str, int, str], ...], *, seed: int, report: Report) -> list[Comparison]:
    """Train 20 networks per entry of a plan and compare them with the constructed network.

    Args:
        plan: Target, width and optimiser of each comparison.
        seed: 64-bit seed of the initial weights.
        report: Progress callback.

    Returns:
        The comparisons, in order.

    """
    from pyfrontiers.approximation import TARGETS, compare

    found = []
    for index, (name, width, optimiser) in enumerate(plan):

        def within(fraction: float, message: str = "", _: Any = None, index: int = index) -> None:
            name, width, optimiser = plan[index]
            label = f"{name}, {width} units, {optimiser}: {message}"
            report((index + fraction) / len(plan), label)

        found.append(
            compare(
                TARGETS[name],
                width=width,
                seeds=_SEEDS,
                steps=_STEPS,
                optimiser=optimiser,
                seed=seed,
                report=within,
            )
        )
    return found


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.approximation import SMOOTH

    found = study(_PLANS[profile], seed=seed, report=report)
    first = found[0]
    trained = first.median(seed)
    judged = [one for one in found if one.width >= _WIDTH and one.target in SMOOTH]
    worse = [one.median(seed).value > one.constructed for one in judged]
    return Measurement(
        value={
            "trained error": trained.value,
            "constructed error": first.constructed,
            "trained / constructed": trained.value / first.constructed,
        },
        interval={
            "trained error": (trained.low, trained.high),
            "trained / constructed": (
                trained.low / first.constructed,
                trained.high / first.constructed,
            ),
        },
        status="pass" if all(worse) else "fail",
        details={"contests": [one.as_json() for one in found], "judged": len(judged)},
    )


def _describe(measured: Measurement) -> Finding:
    value, interval, contests = measured.value, measured.interval, measured.details["contests"]
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    first = contests[0]
    others = [
        Figure(
            f"Ratio, {one['target']} function",
            number(median(one["trained"]) / one["constructed"]),
        )
        for one in contests[1:]
        if one["width"] == first["width"] and one["optimiser"] == first["optimiser"]
    ]
    ratio = "trained / constructed"
    return Finding(
        f"With {first['width']} ReLU units, the error of trained networks is **"
        f"{number(value[ratio])} times** that of the network built by hand (median of "
        f"{len(first['trained'])} seeds, {first['target']} function).",
        (
            Figure("Error, built by hand", number(value["constructed error"])),
            Figure(
                "Error, trained (median)",
                number(value["trained error"]),
                span(interval["trained error"]),
            ),
            Figure("Error, trained (range)", span((min(first["trained"]), max(first["trained"])))),
            Figure("Ratio", number(value[ratio]), span(interval[ratio])),
            *others,
        ),
    )


CLAIM = Claim(
    id="C3",
    section="universal-approximation",
    statement="The theorem does not say how to find the weights.",
    paper="The proofs do not construct a network from examples (Cybenko 1989).",
    rule=(
        "the largest error of trained networks, as the median of 20 seeds, exceeds that of the "
        "network built by hand with the same width, for every width of at least 64, smooth "
        "function and optimiser tried"
    ),
    measure=_measure,
    describe=_describe,
)
