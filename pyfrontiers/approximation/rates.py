"""How fast an error falls with the width: the slope of a straight line in logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.approximation.networks import worst_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.approximation.networks import Network
    from pyfrontiers.approximation.targets import Target

__all__ = ["Median", "Rate", "errors_by_width", "median_of", "rate_of"]

#: Quantile 0.975 of Student's distribution for 1, 2, ... degrees of freedom (to three decimals).
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
_NORMAL = 1.96
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """Slope of log error against log width, with its 95 % interval.

    The interval is that of least squares: it says how straight the line is, for there is no chance
    in a construction.
    """

    slope: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Median:
    """Median over independent runs, with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def errors_by_width(
    build: Callable[[Target, int], Network], target: Target, widths: Sequence[int]
) -> tuple[float, ...]:
    """Measure the largest error on [0, 1] at each width.

    Args:
        build: One of `CONSTRUCTIONS`.
        target: What is approximated.
        widths: The numbers N.

    """
    return tuple(worst_error(build(target, count), target) for count in widths)


def rate_of(widths: Sequence[float], errors: Sequence[float]) -> Rate:
    """Fit log error = a + slope log width by least squares.

    Args:
        widths: At least three, positive, not all equal.
        errors: One for each, positive.

    Raises:
        ValueError: There are fewer, the lengths differ, or a value is not positive.

    """
    if len(widths) != len(errors) or len(widths) < 3:
        raise ValueError(
            f"widths and errors have {len(widths)} and {len(errors)} values; wanted at least "
            "three of each"
        )
    if min(widths) <= 0 or not min(errors) > 0:
        raise ValueError("widths and errors hold a value that is not positive; logarithms need one")
    x, y = np.log(np.asarray(widths, float)), np.log(np.asarray(errors, float))
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread == 0:
        raise ValueError("widths are all equal; wanted at least two different ones")
    slope = float(centred @ y) / spread
    rest = y - y.mean() - slope * centred
    free = len(widths) - 2
    t = _STUDENT[free - 1] if free <= len(_STUDENT) else _NORMAL
    half = t * float(np.sqrt(rest @ rest / free / spread))
    return Rate(slope, slope - half, slope + half)


def median_of(values: Sequence[float], *, seed: int = 0) -> Median:
    """Take the median of independent runs and resample the runs for its interval.

    Args:
        values: One for each run, at least one.
        seed: Seed of the resampling.

    Raises:
        ValueError: There are no values.

    """
    if len(values) == 0:
        raise ValueError("values is empty; wanted at least one run")
    found = np.asarray(values, float)
    chosen = np.random.default_rng(seed).integers(0, found.size, (_RESAMPLES, found.size))
    low, high = np.quantile(np.median(found[chosen], axis=1), (0.025, 0.975))
    return Median(float(np.median(found)), float(low), float(high))
