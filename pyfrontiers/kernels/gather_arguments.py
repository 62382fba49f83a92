"""Checks of the arguments of layers on kept channels."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import check_integer, check_same_device, check_tensor

Pair = int | tuple[int, int]
"""One number for both directions, or (vertical, horizontal)."""


def pairs(value: Pair) -> tuple[int, int]:
    """Return (vertical, horizontal)."""
    return (value, value) if isinstance(value, int) else value


def check_layer(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    inputs: Tensor | None,
    outputs: Tensor | None,
    ranks: tuple[int, int],
    spread: int,
    groups: int = 1,
) -> None:
    """Accept the tensors of one layer.

    Args:
        x: the layer's input.
        weight: its weights.
        bias: its bias, or None.
        inputs: indices of the kept inputs, or None.
        outputs: indices of the kept outputs, or None.
        ranks: the number of dimensions of x, and the largest one of the weights.
        spread: features of x per input.
        groups: groups of a convolution.

    Raises:
        TypeError: not a tensor, or a wrong dtype.
        ValueError: mismatched shapes, or another device.
    """
    check_tensor("x", x)
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is None and name == "bias":
            continue
        check_tensor(name, tensor)  # type: ignore[arg-type] # a weight of None is refused there
        check_same_device(name, tensor, "x", x)  # type: ignore[arg-type] # likewise
        if tensor.dtype != x.dtype:  # type: ignore[union-attr] # likewise
            raise TypeError(f"{name}: got dtype {tensor.dtype}, wanted {x.dtype} as x has")  # type: ignore[union-attr] # likewise
    if x.dim() != ranks[0]:
        raise ValueError(f"x: got {x.dim()} dimension(s), wanted {ranks[0]}")
    if weight.dim() not in ranks:
        wanted = " or ".join(map(str, sorted(set(ranks))))
        raise ValueError(f"weight: got {weight.dim()} dimension(s), wanted {wanted}")
    check_integer("groups", groups)
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(
            f"groups: got {groups} for {weight.shape[0]} output channel(s), wanted a divisor"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias: got shape {tuple(bias.shape)}, wanted ({weight.shape[0]},)")
    every = weight.shape[1] * groups
    for name, index, size in (("inputs", inputs, every), ("outputs", outputs, weight.shape[0])):
        if index is not None:
            _check_index(name, index, size, x)
    kept = every if inputs is None else inputs.shape[0]
    if x.shape[1] not in (every * spread, kept * spread):
        raise ValueError(
            f"x: got {x.shape[1]} channel(s), wanted all {every * spread} of the weights"
            + ("" if inputs is None else f" or the {kept * spread} kept ones")
        )


def _check_index(name: str, index: Tensor, size: int, x: Tensor) -> None:
    if not isinstance(index, Tensor):
        raise TypeError(f"{name}: got {type(index).__name__}, wanted an int64 tensor of places")
    if index.dtype != torch.int64 or index.dim() != 1:
        raise TypeError(
            f"{name}: got dtype {index.dtype} and {index.dim()} dimension(s), "
            "wanted int64 places in one dimension"
        )
    check_same_device(name, index, "x", x)
    if index.shape[0] > size:
        raise ValueError(f"{name}: got {index.shape[0]} places, wanted at most {size}")
