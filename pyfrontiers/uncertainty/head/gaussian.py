"""Normal numbers of the passes, and factors of covariances."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels import normal

__all__ = ["factor_of", "normal_rows"]


def normal_rows(count: int, size: int, seed: int, first: int) -> Tensor:
    """Return standard normal numbers (count, size); row s is a function of (seed, first + s)."""
    blocks = -(-size // 2)  # a counter gives two numbers of float64
    drawn = normal((count, 2 * blocks), seed=seed, offset=first * blocks, dtype=torch.float64)
    return drawn[:, :size]


def factor_of(covariance: Tensor) -> Tensor:
    """Return a lower-triangular factor; rounding may leave a matrix just short of definite."""
    safe = covariance.clone()
    diagonal = safe.diagonal(dim1=-2, dim2=-1)
    diagonal.add_(1e-12 * diagonal.mean(-1, keepdim=True))
    factor: Tensor = torch.linalg.cholesky(safe)
    return factor
