"""Smooth gradients, for attacks whose views move or shrink the image."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["smoothed"]

_RADIUS = 3  # standard deviations


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
    # Sums of shifted images have the same bits for any number of threads.
    for dim, sides in ((-1, (radius, radius)), (-2, (0, 0, radius, radius))):
        length, padded = gradient.shape[dim], F.pad(gradient, sides)
        total = torch.zeros_like(gradient)
        for tap, weight in enumerate(weights):
            total.add_(padded.narrow(dim, tap, length), alpha=weight / sum(weights))
        gradient = total
    return gradient
