"""Digits that are turned, mixed, half erased, or no digits at all."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def rotate(images: Tensor, degrees: float | Tensor) -> Tensor:
    """Turn images counter-clockwise about their centre; what comes in from outside is background.

    Args:
        images: (N, C, H, W).
        degrees: one angle, or (N,) angles.

    Returns:
        (N, C, H, W), sampled bilinearly.
    """
    angles = torch.as_tensor(degrees, dtype=images.dtype).expand(len(images)) * (math.pi / 180)
    cosine, sine, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
    # The matrix leads from places in the result to places in the image, so it turns the other way.
    turn = torch.stack([cosine, -sine, zero, sine, cosine, zero], 1).reshape(-1, 2, 3)
    grid = F.affine_grid(turn, list(images.shape), align_corners=False)
    turned: Tensor = F.grid_sample(images, grid, align_corners=False)
    return turned


def blend(first: Tensor, second: Tensor, share: float = 0.5) -> Tensor:
    """Mix two images: (1 - share) first + share second, both (N, C, H, W)."""
    return torch.lerp(first, second, share)


def erase_lower(images: Tensor, rows: int) -> Tensor:
    """Blank the lowest `rows` rows of (N, C, H, W) images."""
    kept = images.clone()
    kept[..., images.shape[-2] - rows :, :] = 0
    return kept


def drawn(*lines: str) -> Tensor:
    """Make a (1, 1, H, W) image from text: `#` is ink, `+` half ink, anything else background."""
    ink = {"#": 1.0, "+": 0.5}
    return torch.tensor([[[[ink.get(mark, 0.0) for mark in line] for line in lines]]])
