"""Means over runs with different seeds, with an interval."""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from pyfrontiers.uncertainty.metrics import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["over_runs"]


def over_runs(values: Sequence[float]) -> Estimate:
    """Return the mean of independent runs, with its 95 % interval by Student's t.

    Args:
        values: one for each run; a single one has no interval.

    Raises:
        ValueError: there is none.
    """
    from scipy.stats import t

    if not values:
        raise ValueError("values must hold at least one number, got none")
    mean = fmean(values)
    if len(values) == 1 or not all(map(math.isfinite, values)):
        return Estimate(mean)
    half = float(t.ppf(0.975, len(values) - 1)) * stdev(values) / math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half)
