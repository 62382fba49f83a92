"""Convergence rates: the slope of log error against log width, and medians over runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from pyfrontiers.approximation.networks import Network, worst_error
from pyfrontiers.approximation.targets import Target
from pyfrontiers.arguments import Range, Seed, checked

__all__ = ["Median", "Rate", "errors_by_width", "median_of", "rate_of"]

#: The 0.975 quantile of Student's t distribution for 1, 2, ... degrees of freedom, three decimals.
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
_NORMAL = 1.96
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """Slope of log error against log width, with its 95 % least-squares interval.

    A constructed network is deterministic, so the interval measures how well a line fits.

    Attributes:
        slope: The exponent b of error = c width^b.
        low, high: Ends of the interval.

    """

    slope: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Median:
    """Median over independent runs, with its 95 % bootstrap interval.

    Attributes:
        value: The median.
        low, high: Ends of the interval.

    """

    value: float
    low: float
    high: float


Width = Annotated[int, Range(1, 1 << 16)]


@checked
def errors_by_width(
    build: Callable[[Target, int], Network],
    target: Target,
    widths: Sequence[Width],
) -> tuple[float, ...]:
    """Return the largest error on [0, 1] of a construction at each N.

    Args:
        build: One of `CONSTRUCTIONS`.
        target: Function on [0, 1].
        widths: Values of N, each from 1 to 65,536.

    Raises:
        ValueError: A width is out of range.

    """
    return tuple(worst_error(build(target, count), target) for count in widths)


@checked
def rate_of(widths: Sequence[float], errors: Sequence[float]) -> Rate:
    """Fit log error = a + slope log width by least squares.

    Args:
        widths: At least three positive values, not all equal.
        errors: One positive value for each width.

    Returns:
        The slope and its 95 % interval.

    Raises:
        ValueError: There are too few values, the lengths differ, a value is not positive, or all
            widths are equal.

    """
    if len(widths) != len(errors) or len(widths) < 3:
        raise ValueError(
            "widths and errors must have at least three values each, got "
            f"{len(widths)} and {len(errors)}"
        )
    if min(widths) <= 0 or not min(errors) > 0:
        raise ValueError(
            f"widths and errors must be positive, got minima {min(widths)!r} and {min(errors)!r}"
        )
    x, y = np.log(np.asarray(widths, float)), np.log(np.asarray(errors, float))
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread == 0:
        raise ValueError(f"widths must hold at least two distinct values, got {list(widths)}")
    slope = float(centred @ y) / spread
    residuals = y - y.mean() - slope * centred
    freedom = len(widths) - 2
    t = _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else _NORMAL
    half = t * float(np.sqrt(residuals @ residuals / freedom / spread))
    return Rate(slope, slope - half, slope + half)


@checked
def median_of(values: Sequence[float], *, seed: Seed = 0) -> Median:
    """Return the median of independent runs with a bootstrap interval over the runs.

    Args:
        values: One value per run, at least one.
        seed: Seed of the resampling.

    Raises:
        ValueError: There are no values.

    """
    if len(values) == 0:
        raise ValueError("values must hold at least one run, got none")
    found = np.asarray(values, float)
    chosen = np.random.default_rng(seed).integers(0, found.size, (_RESAMPLES, found.size))
    low, high = np.quantile(np.median(found[chosen], axis=1), (0.025, 0.975))
    return Median(float(np.median(found)), float(low), float(high))
