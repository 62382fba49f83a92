"""References of layers on kept channels: the full layer on masked inputs, then its kept outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from pyfrontiers.kernels.gather_arguments import Pair

__all__ = ["gather_conv2d_reference", "gather_linear_reference"]


def gather_linear_reference(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    inputs: Tensor | None = None,
    outputs: Tensor | None = None,
) -> Tensor:
    """Compute `gather_linear` with every row and column of the weights."""
    spread = weight.shape[2] if weight.dim() == 3 else 1
    masked = _masked(x.reshape(len(x), -1, spread), inputs, weight.shape[1]).flatten(1)
    return _kept(F.linear(masked, weight.flatten(1), bias), outputs)


def gather_conv2d_reference(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    inputs: Tensor | None = None,
    outputs: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Compute `gather_conv2d` with every channel."""
    masked = _masked(x, inputs, weight.shape[1] * groups)
    return _kept(F.conv2d(masked, weight, bias, stride, padding, dilation, groups), outputs)


def _masked(x: Tensor, inputs: Tensor | None, size: int) -> Tensor:
    """All channels, with dropped ones set to zero."""
    if inputs is None:
        return x
    kept = x if x.shape[1] == len(inputs) else x[:, inputs]
    return torch.zeros(len(x), size, *x.shape[2:], dtype=x.dtype, device="cpu").index_copy(
        1, inputs, kept
    )


def _kept(y: Tensor, outputs: Tensor | None) -> Tensor:
    return y if outputs is None else y[:, outputs]
