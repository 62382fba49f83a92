"""Conformal prediction intervals: they hold the observation with a guaranteed probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Share, checked
from pyfrontiers.uncertainty.calibration.conformal import threshold
from pyfrontiers.uncertainty.metrics.inputs import finite

__all__ = ["ConformalIntervals", "fit_conformal_intervals"]


@dataclass(frozen=True, slots=True)
class ConformalIntervals:
    """Intervals around predicted values; calling it with predictions returns them.

    Attributes:
        threshold: half width of an interval, in units of sigma if there is one.
        level: least probability with which an interval holds the observation.
        normalised: whether the width is proportional to sigma.
        examples: number of held-out examples.
    """

    threshold: float
    level: float
    normalised: bool
    examples: int

    @checked
    def __call__(
        self,
        mean: Annotated[Tensor, Floats("N>0")],
        sigma: Annotated[Tensor, Floats("N")] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return the ends of the intervals.

        Args:
            mean: (N,) predicted values.
            sigma: (N,) predicted standard deviations > 0, if the intervals were fitted with them.

        Returns:
            Lower and upper ends (N,), of the dtype of the mean.

        Raises:
            ValueError: `sigma` is missing, superfluous or not positive, or an element is NaN.
        """
        if (sigma is not None) != self.normalised:
            wanted = "standard deviations" if self.normalised else "None"
            given = "None" if sigma is None else "standard deviations"
            raise ValueError(f"sigma must be {wanted} as in the fit, got {given}")
        half = self.threshold * _scale(mean, sigma)
        return (mean - half).to(mean.dtype), (mean + half).to(mean.dtype)


@checked
def fit_conformal_intervals(
    mean: Annotated[Tensor, Floats("N>0")],
    y: Annotated[Tensor, Floats("N")],
    *,
    sigma: Annotated[Tensor, Floats("N")] | None = None,
    level: Share = 0.9,
) -> ConformalIntervals:
    """Calibrate prediction intervals on held-out examples (split conformal prediction).

    The interval is m +- q sigma, or m +- q without `sigma`, with q the ceil((n + 1) level)-th
    smallest |y - m| / sigma of the n held-out examples. For exchangeable examples it holds the
    observation with probability at least `level`, for any predictions; without ties at most
    `level` + 1 / (n + 1).

    Args:
        mean: (N,) predicted values of examples that the model was not trained on.
        y: (N,) their observations.
        sigma: (N,) predicted standard deviations > 0, such as the square root of
            `Prediction.variance`; None for intervals of one width.
        level: probability that an interval holds the observation, in (0, 1), at most n / (n + 1).

    Returns:
        The calibrated intervals. Call it with the predictions for new examples.

    Raises:
        ValueError: there are too few examples for `level`, an element is not finite, `sigma` is not
            positive, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, Distribution-Free Predictive Inference for
        Regression, JASA 2018, sec. 2.2 and 5.2.
    """
    (observed,) = finite(y=y)
    scale = _scale(mean, sigma)
    scores = (observed - mean.detach().double()).abs() / scale
    return ConformalIntervals(threshold(scores, level), level, sigma is not None, len(scores))


def _scale(mean: Tensor, sigma: Tensor | None) -> Tensor:
    """Check the predictions; return their scale in float64, 1 without `sigma`."""
    (values,) = finite(mean=mean)
    if sigma is None:
        return torch.ones_like(values)
    (scale,) = finite(sigma=sigma)
    if float(scale.min()) <= 0:
        raise ValueError(f"sigma must be positive, got {float(scale.min()):g}")
    return scale
