"""C3: that good weights exist does not mean that training finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.approximation import Comparison

__all__ = ["CLAIM", "study"]

_SEEDS = 20
_STEPS = 2000
_WIDTH = 64
#: (target, width, optimiser) of each comparison; the first is the page's and the card's.
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
    """Train 20 networks for each entry of a plan and compare them with the constructed one.

    Args:
        plan: Target, width and optimiser of each comparison.
        seed: 64-bit seed of the random starts.
        report: Told the fraction and what is going on.

    Returns:
        The comparisons.

    """
    from pyfrontiers.approximation import TARGETS, compare

    found = []
    for number, (name, width, optimiser) in enumerate(plan):

        def within(fraction: float, message: str = "", _: Any = None, number: int = number) -> None:
            name, width, optimiser = plan[number]
            label = f"{name}, {width} units, {optimiser}: {message}"
            report((number + fraction) / len(plan), label)

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
    median = first.median(seed)
    judged = [one for one in found if one.width >= _WIDTH and one.target in SMOOTH]
    worse = [one.median(seed).value > one.constructed for one in judged]
    others = {
        one.target: one.median(seed).value / one.constructed
        for one in found[1:]
        if one.width == _WIDTH and one.optimiser == "adam"
    }
    beside = ", ".join(f"{name} {ratio:.2g}" for name, ratio in others.items())
    return Measurement(
        value={
            "trained, median": median.value,
            "constructed": first.constructed,
            "trained over constructed": median.value / first.constructed,
        },
        interval={
            "trained, median": (median.low, median.high),
            "trained over constructed": (
                median.low / first.constructed,
                median.high / first.constructed,
            ),
        },
        status="pass" if all(worse) else "fail",
        summary=(
            f"{_WIDTH} ReLU units on the wavy function: {first.constructed:.4f} by hand, "
            f"{median.value:.4f} after {_STEPS:,} steps of Adam in the median of {_SEEDS} seeds "
            f"({min(first.trained):.4f} to {max(first.trained):.4f})"
            + (f"; trained over constructed elsewhere: {beside}" if beside else "")
        ),
        details={"contests": [one.as_json() for one in found], "judged": len(judged)},
    )


CLAIM = Claim(
    id="C3",
    section="universal-approximation",
    statement="The theorem gives no way to find the weights.",
    paper="The proofs construct no network from examples (Cybenko 1989).",
    rule=(
        "at 64 units or more the largest error of trained networks is above that of the network "
        "built by hand at the same width, in the median of 20 seeds, for every smooth function and "
        "every optimiser tried"
    ),
    measure=_measure,
)
