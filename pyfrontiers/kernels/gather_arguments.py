"""Checks of the arguments of layers on kept channels."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import check_same_device, check_tensor
from pyfrontiers.kernels.number_arguments import check_integer, check_word, listed

Pair = int | tuple[int, int]
"""One number for both directions, or (vertical, horizontal)."""

_LARGEST = 1 << 31


def pairs(name: str, value: Pair, least: int) -> tuple[int, int]:
    """Return (vertical, horizontal), each at least `least`.

    Raises:
        TypeError: not integers.
        ValueError: not one or two numbers, or out of range.
    """
    items = listed(value) if type(value) is not int else None
    items = [value, value] if items is None else items
    if len(items) != 2:
        raise ValueError(f"{name} must be one number or (vertical, horizontal), got {value}")
    vertical, horizontal = (
        item if type(item) is int else check_integer(name, item) for item in items
    )
    for number in (vertical, horizontal):
        if not least <= number < _LARGEST:
            raise ValueError(
                f"{name} must hold numbers from {least} to {_LARGEST - 1}, got {number}"
            )
    return vertical, horizontal


def paddings(value: Pair | str) -> tuple[int, int] | str:
    """Return (vertical, horizontal), "valid" or "same".

    Raises:
        TypeError, ValueError: as for `pairs`, or another string.
    """
    if not isinstance(value, str):
        return pairs("padding", value, 0)
    check_word("padding", value, ("valid", "same"))
    return value


def check_layer(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    inputs: Tensor | None,
    outputs: Tensor | None,
    ranks: tuple[int, int],
    spread: int,
    groups: int = 1,
) -> int:
    """Accept the tensors of one layer and return the number of groups.

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
            raise TypeError(f"{name} must have x's dtype {x.dtype}, got {tensor.dtype}")  # type: ignore[union-attr] # likewise
    if x.dim() != ranks[0]:
        raise ValueError(f"x must have {ranks[0]} dimension(s), got {x.dim()}")
    if weight.dim() not in ranks:
        wanted = " or ".join(map(str, sorted(set(ranks))))
        raise ValueError(f"weight must have {wanted} dimension(s), got {weight.dim()}")
    groups = check_integer("groups", groups)
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(
            f"groups must divide the {weight.shape[0]} output channel(s), got {groups}"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias must have shape ({weight.shape[0]},), got {tuple(bias.shape)}")
    every = weight.shape[1] * groups
    for name, index, size in (("inputs", inputs, every), ("outputs", outputs, weight.shape[0])):
        if index is not None:
            _check_index(name, index, size, x)
    kept = every if inputs is None else inputs.shape[0]
    if x.shape[1] not in (every * spread, kept * spread):
        raise ValueError(
            f"x must have all {every * spread} channel(s) of the weights"
            + ("" if inputs is None else f" or the {kept * spread} kept ones")
            + f", got {x.shape[1]}"
        )
    return groups


def _check_index(name: str, index: Tensor, size: int, x: Tensor) -> None:
    if not isinstance(index, Tensor):
        raise TypeError(
            f"{name} must be an int64 tensor of channel indices, got {type(index).__name__}"
        )
    if index.dtype != torch.int64 or index.dim() != 1:
        raise TypeError(
            f"{name} must hold int64 channel indices in one dimension, got dtype {index.dtype} and "
            f"{index.dim()} dimension(s)"
        )
    check_same_device(name, index, "x", x)
    if index.shape[0] > size:
        raise ValueError(f"{name} must hold at most {size} channel indices, got {index.shape[0]}")
