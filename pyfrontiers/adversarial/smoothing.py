"""Smooth gradients, for attacks whose views move or shrink the image."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["smoothed"]

_RADIUS = 3  # standard deviations
_CACHED = 1 << 18  # pixels smoothed together, so that they stay in the processor's cache


def smoothed(gradient: Tensor, deviation: float) -> Tensor:
    """Return the gradient convolved with a Gaussian along its last two dimensions.

    A Gaussian is positive definite, so the result is a direction of ascent as well. It drops the
    frequencies that a view from a little further away would not show.

    Args:
        gradient: (M, C, H, W).
        deviation: standard deviation in pixels; 0 returns the gradient.

    Source: Dong, Pang, Su, Zhu, Evading Defenses to Transferable Adversarial Examples by
    Translation-Invariant Attacks, CVPR 2019.
    """
    if deviation == 0:
        return gradient
    radius = math.ceil(_RADIUS * deviation)
    weights = [math.exp(-0.5 * (tap / deviation) ** 2) for tap in range(-radius, radius + 1)]
    weights = [weight / sum(weights) for weight in weights]
    planes = gradient.flatten(0, 1)
    result = torch.empty_like(planes)
    some = max(1, _CACHED // max(1, planes.shape[1] * planes.shape[2]))
    for block, to in zip(torch.split(planes, some), torch.split(result, some), strict=True):
        across = _shifted_sum(block, -1, weights, torch.empty_like(block))
        _shifted_sum(across, -2, weights, to)
    return result.view_as(gradient)


def _shifted_sum(x: Tensor, dim: int, weights: list[float], out: Tensor) -> Tensor:
    """Write the weighted sum of shifted images into `out`; any number of threads gives its bits."""
    radius, length = len(weights) // 2, x.shape[dim]
    padded = F.pad(x, (radius, radius) if dim == -1 else (0, 0, radius, radius))
    out.zero_()
    for tap, weight in enumerate(weights):
        out.add_(padded.narrow(dim, tap, length), alpha=weight)
    return out
