"""Quantiles over the passes of a prediction."""

from __future__ import annotations

import torch
from torch import Tensor

_BISECTIONS = 60  # halve the bracket to below the spacing of float64


def sample_quantiles(samples: Tensor, levels: Tensor) -> Tensor:
    """Return quantiles over dimension 0, interpolated linearly between order statistics.

    Args:
        samples: (T, ...) outputs of the passes.
        levels: (Q,) levels in [0, 1], float64.

    Returns:
        (Q, ...) in float64; NaN where a pass is NaN.
    """
    ordered = samples.double().sort(0).values
    place = levels.to(samples.device) * (len(samples) - 1)
    below = place.floor().long()
    above = (below + 1).clamp_max(len(samples) - 1)
    share = (place - below).reshape(-1, *([1] * (samples.ndim - 1)))
    found = torch.lerp(ordered[below], ordered[above], share)
    return found.masked_fill(samples.isnan().any(0), torch.nan)


def mixture_quantiles(values: Tensor, log_variances: Tensor, levels: Tensor) -> Tensor:
    """Return quantiles of the mixture (1 / T) sum_t N(value_t, exp(log_variance_t)).

    The quantile of a mixture lies between the least and the greatest quantile of its components;
    bisection of the mixture's distribution function finds it.

    Args:
        values: (T, ...) means of the components.
        log_variances: (T, ...) logarithms of their variances.
        levels: (Q,) levels in [0, 1], float64.

    Returns:
        (Q, ...) in float64.
    """
    mean, spread = values.double(), (0.5 * log_variances.double()).exp()
    return torch.stack([_mixture_quantile(mean, spread, level) for level in levels.to(mean)])


def _mixture_quantile(mean: Tensor, spread: Tensor, level: Tensor) -> Tensor:
    ends = mean + spread * torch.special.ndtri(level)
    low, high = ends.amin(0), ends.amax(0)
    for _ in range(_BISECTIONS):
        middle = low + (high - low) / 2
        below = torch.special.ndtr((middle - mean) / spread).mean(0) < level
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return torch.where(ends[0].isinf(), ends[0], low + (high - low) / 2)
