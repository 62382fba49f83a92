"""Image operations for the exhibits: rotate, blend, erase, and draw from text."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def rotate(images: Tensor, degrees: float | Tensor) -> Tensor:
    """Rotate images counter-clockwise about their centre, filling with zeros.

    Args:
        images: (N, C, H, W).
        degrees: one angle, or (N,) angles.

    Returns:
        (N, C, H, W), interpolated bilinearly.
    """
    angles = torch.as_tensor(degrees, dtype=images.dtype, device=images.device).expand(
        len(images)
    ) * (math.pi / 180)
    cosine, sine, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
    # The grid maps output to input positions, so its matrix is the inverse rotation.
    turn = torch.stack([cosine, -sine, zero, sine, cosine, zero], 1).reshape(-1, 2, 3)
    grid = F.affine_grid(turn, list(images.shape), align_corners=False)
    turned: Tensor = F.grid_sample(images, grid, align_corners=False)
    return turned


def blend(first: Tensor, second: Tensor, share: float = 0.5) -> Tensor:
    """Return (1 - share) first + share second, for images (N, C, H, W)."""
    return torch.lerp(first, second, share)


def erase_lower(images: Tensor, rows: int) -> Tensor:
    """Set the last `rows` rows of images (N, C, H, W) to zero."""
    kept = images.clone()
    kept[..., images.shape[-2] - rows :, :] = 0
    return kept


def drawn(*lines: str) -> Tensor:
    """Return an image (1, 1, H, W) from text: `#` is 1, `+` is 0.5, anything else is 0."""
    ink = {"#": 1.0, "+": 0.5}
    rows = [[ink.get(mark, 0.0) for mark in line] for line in lines]
    return torch.tensor([[rows]], dtype=torch.float32, device="cpu")
