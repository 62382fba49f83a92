"""Layouts and gradients shared by `random_start` and `additive_noise`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels.operators import layout_of
from pyfrontiers.kernels.parameters import spread

if TYPE_CHECKING:
    from torch import Tensor


def in_order(x: Tensor) -> Tensor:
    """Return `x` in logical order, the order of the random numbers; copied if needed."""
    return x.resolve_neg().contiguous()


def sizes_of(x: Tensor) -> tuple[int, int, int]:
    """Return samples, channels and positions per channel of a contiguous tensor."""
    layout = layout_of(x, rows=True)
    return layout.outer, layout.channels, layout.inner


def in_box(result: Tensor, low: Tensor, high: Tensor, gradient: Tensor) -> Tensor:
    """Return the gradient where the box did not clip the result, 0 elsewhere."""
    inside = (result > spread(low, result)) & (result < spread(high, result))
    return torch.where(inside, gradient, torch.zeros_like(gradient))
