"""Coverage of predicted intervals."""

from __future__ import annotations

from typing import Annotated

from torch import Tensor

from pyfrontiers.arguments import Floats, Sample, Seed, checked
from pyfrontiers.uncertainty.metrics.estimate import Estimate, mean_estimate
from pyfrontiers.uncertainty.metrics.inputs import check_shapes, finite

__all__ = ["coverage"]


@checked
def coverage(
    low: Annotated[Tensor, Floats("N>0", "...")],
    high: Annotated[Tensor, Floats("N", "...")],
    y: Annotated[Tensor, Floats("N", "...")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the share of observations inside their intervals, low <= y <= high.

    Args:
        low: (N, ...) lower ends, such as those of `Prediction.quantiles`; -inf is allowed.
        high: upper ends of the same shape; inf is allowed.
        y: observations of the same shape.
        resamples: number of bootstrap resamples of the N examples; 0 for no interval.
        seed: 64-bit seed of the resampling.

    Returns:
        The coverage, in [0, 1]: 0.9 for intervals that hold 90 % of the observations.

    Raises:
        ValueError: a shape differs, an end is NaN, an interval ends before it begins, or an
            observation is not finite.
        TypeError: an argument is of another kind.
    """
    check_shapes("low", low, high=high, y=y)
    (at,) = finite(y=y)
    for name, values in (("low", low), ("high", high)):
        if values.isnan().any():
            raise ValueError(f"{name} must be numbers, got NaN in {int(values.isnan().sum())}")
    crossed = int((low > high).sum())
    if crossed:
        raise ValueError(f"high must be at least low, got a smaller value in {crossed} intervals")
    return mean_estimate(((at >= low) & (at <= high)).double(), resamples, seed)
