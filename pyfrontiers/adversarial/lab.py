"""CIELAB, in which equal distances look about equally different."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor

__all__ = ["lab", "lab_distance"]

_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
"""Linear sRGB to XYZ, IEC 61966-2-1; the row sums are the white point D65."""

_DELTA: Final = 6 / 29


def lab(images: Tensor) -> Tensor:
    """Convert sRGB images (..., 3, H, W) in [0, 1] to CIELAB; L* lies in [0, 100].

    Values outside [0, 1] are clipped. The gradient is finite everywhere.

    Source: IEC 61966-2-1:1999 (sRGB); CIE 15:2004, section 8.2.1.
    """
    x = images.clamp(0.0, 1.0)
    # `where` differentiates both branches, so each gets values where its slope is finite.
    curve = ((x.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4
    linear = torch.where(x > 0.04045, curve, x / 12.92)
    matrix = torch.tensor(_TO_XYZ, dtype=images.dtype, device=images.device)
    matrix = matrix / matrix.sum(dim=1, keepdim=True)
    xyz = torch.einsum("ij,...jhw->...ihw", matrix, linear)
    root = xyz.clamp_min(_DELTA**3) ** (1 / 3)
    f = torch.where(xyz > _DELTA**3, root, xyz / (3 * _DELTA**2) + 4 / 29)
    fx, fy, fz = f.unbind(dim=-3)
    return torch.stack((116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)), dim=-3)


def lab_distance(first: Tensor, second: Tensor) -> Tensor:
    """Return the Euclidean distance in CIELAB of images (V, 3, H, W), shape (V,).

    NaN for tensors that are not RGB images.
    """
    if first.ndim != 4 or first.shape[1] != 3:
        return first.new_full((len(first),), math.nan)
    distance: Tensor = torch.linalg.vector_norm((lab(first) - lab(second)).flatten(1), dim=1)
    return distance
