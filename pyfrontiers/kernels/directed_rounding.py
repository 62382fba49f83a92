"""Rounding towards minus infinity in plain torch, for the references of exact kernels."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def round_down(value: Tensor, dtype: torch.dtype) -> Tensor:
    """Round to `dtype` towards minus infinity."""
    nearest = value.to(dtype)
    below = torch.nextafter(nearest, torch.full_like(nearest, -math.inf))
    return torch.where(nearest.to(value.dtype) > value, below, nearest)


def add_down(a: Tensor, b: Tensor) -> Tensor:
    """Add towards minus infinity, from the exact error of the rounded sum (Knuth's TwoSum)."""
    total = a + b
    back = total - a
    error = (a - (total - back)) + (b - back)
    overflow = total.isposinf() & a.isfinite() & b.isfinite()
    below = torch.nextafter(total, torch.full_like(total, -math.inf))
    return torch.where((error < 0) | overflow, below, total)
