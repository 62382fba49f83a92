"""Numeric parameters of a kernel: one number, or one per sample, per channel or both."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels.derivatives import followed
from pyfrontiers.kernels.number_arguments import INTEGER_TYPES, listed

Parameter = float | Tensor | np.ndarray | list[float] | tuple[float, ...]
"""A parameter as passed by callers."""

Bounds = tuple[Parameter, Parameter] | None
"""(low, high) of the box as passed by callers; None for no box."""

Value = float | Tensor
"""A checked parameter: a number, or a contiguous float64 tensor (N or 1, C or 1)."""

_FORMS = "a number, (N,), or a shape that broadcasts as (N or 1, C or 1, 1, ..., 1)"


def as_parameter(name: str, value: Parameter, x: Tensor) -> Value:
    """Convert a parameter to the form that the kernels take.

    Args:
        name: the argument's name, for errors.
        value: a number, or an array of one of the forms that `linf_step` lists.
        x: the tensor that the parameter applies to.

    Returns:
        A float, or a contiguous float64 tensor (N or 1, C or 1).

    Raises:
        TypeError: not a number, tensor, array or sequence of numbers.
        ValueError: a shape that fits neither samples nor channels, or a device other than the CPU
            and x's device.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    tensor = _tensor_of(name, value)
    if not followed():
        tensor = tensor.detach()
    if tensor.device.type != "cpu" and tensor.device != x.device:
        wanted = "cpu" if x.device.type == "cpu" else f"cpu or {x.device}"
        raise ValueError(f"{name} must be on {wanted}, got a tensor on {tensor.device}")
    tensor = tensor.to(torch.float64)
    given = tuple(tensor.shape)
    samples = x.shape[0] if x.dim() > 0 else 1
    channels = x.shape[1] if x.dim() > 1 else 1
    if tensor.dim() == 0:
        rows = tensor.reshape(1, 1)
    elif tensor.dim() == 1:
        rows = tensor.reshape(-1, 1)
    else:
        padded = (1,) * (x.dim() - tensor.dim()) + given
        if tensor.dim() > x.dim() or any(size != 1 for size in padded[2:]):
            raise ValueError(
                f"{name} must be {_FORMS}, got shape {given} for x of shape {tuple(x.shape)}"
            )
        rows = tensor.reshape(padded[:2])
    if rows.shape[0] not in (1, samples) or rows.shape[1] not in (1, channels):
        raise ValueError(
            f"{name} must be {_FORMS}, got shape {given} for x of shape {tuple(x.shape)}"
        )
    return rows.contiguous()


def _tensor_of(name: str, value: Parameter) -> Tensor:
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if not isinstance(value, (Tensor, np.ndarray, list, tuple)):
        raise TypeError(f"{name} must be {_FORMS}, got {type(value).__name__}")
    # as_tensor would move a tensor to torch's default device, and round lists to its default dtype.
    exact = torch.float64 if isinstance(value, (list, tuple)) else None
    try:
        tensor = (
            value
            if isinstance(value, Tensor)
            else torch.as_tensor(value, dtype=exact, device="cpu")
        )
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} must be {_FORMS}, got {value!r}") from error
    numbers = tensor.is_floating_point() or tensor.dtype in INTEGER_TYPES
    if not numbers or tensor.layout != torch.strided:
        raise TypeError(
            f"{name} must hold real numbers, got a {tensor.layout} tensor of dtype {tensor.dtype}"
        )
    return tensor


def one_per_sample(name: str, value: Parameter, x: Tensor, norm: str) -> Value:
    """Convert a parameter that must not vary by channel.

    Raises:
        TypeError, ValueError: as `as_parameter`; or one value per channel.
    """
    rows = as_parameter(name, value, x)
    if isinstance(rows, Tensor) and rows.shape[1] > 1:
        raise ValueError(
            f"{name} must be a number or one per sample, (N,), got one value per channel; the "
            f"{norm} norm is over all of a sample's elements"
        )
    return rows


def ends_of(bounds: Bounds, x: Tensor) -> tuple[Value, Value]:
    """Convert the bounds of the box; infinities for no box.

    Raises:
        TypeError, ValueError: as `as_parameter`.
    """
    if bounds is None:
        return -math.inf, math.inf
    items = listed(bounds)
    if items is None or len(items) != 2:
        raise TypeError(f"bounds must be a pair (low, high) or None, got {bounds!r}")
    low, high = items
    return as_parameter("bounds", low, x), as_parameter("bounds", high, x)


def check_values(
    step: Value,
    epsilon: Value,
    low: Value,
    high: Value,
    *,
    names: tuple[str, str] = ("step", "epsilon"),
) -> None:
    """Accept finite step and epsilon >= 0, and bounds in order.

    Values are not checked while a program is traced; the operator checks them when it runs. Values
    on a CUDA device are never checked, because that would wait for the device.

    Raises:
        ValueError: NaN, infinite or negative step or epsilon (which errors call by `names`), NaN or
            crossed bounds.
    """
    for name, value in zip(names, (step, epsilon), strict=True):
        if isinstance(value, Tensor):
            if has_values(value) and not bool((value.isfinite() & (value >= 0)).all()):
                raise ValueError(f"{name} must hold finite numbers >= 0, got {_list(value)}")
        elif not 0.0 <= value < math.inf:
            raise ValueError(f"{name} must be a finite number >= 0, got {value}")
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        lower, upper = scalar_tensor(low), scalar_tensor(high)
        if has_values(lower) and has_values(upper) and not bool((lower <= upper).all()):
            raise ValueError(
                f"bounds must have low <= high, got low {_list(lower)} and high {_list(upper)}"
            )
    elif not low <= high:
        raise ValueError(f"bounds must have low <= high and no NaN, got ({low}, {high})")


def on_device_of(x: Tensor, value: Value) -> Value:
    """Return a checked parameter in a form that the kernel for x can read, moved to x's device."""
    if not isinstance(value, Tensor) or value.device == x.device:
        return value
    # A non-blocking copy from pageable memory has read it when the call returns.
    return value.item() if value.numel() == 1 else value.to(x.device, non_blocking=True)


def address_of(value: Value) -> float | tuple[int, int, int]:
    """Return a parameter in the form the compiled core takes; the caller keeps the tensor alive.

    Returns:
        A number, or (address of float64 values, stride by sample, stride by channel).
    """
    if not isinstance(value, Tensor):
        return value
    outer, channels = value.shape
    return value.data_ptr(), channels if outer > 1 else 0, 1 if channels > 1 else 0


def scalar_tensor(value: Value) -> Tensor:
    """Return a number as a float64 tensor (1, 1), and a tensor unchanged."""
    if isinstance(value, Tensor):
        return value
    return torch.full((1, 1), value, dtype=torch.float64, device="cpu")


def spread(value: Value, x: Tensor) -> Tensor:
    """Return a parameter as a float64 tensor that broadcasts over `x`."""
    rows = scalar_tensor(value)
    return rows.reshape(rows.shape + (1,) * (x.dim() - 2)) if x.dim() > 1 else rows.reshape(-1)


def has_values(tensor: Tensor) -> bool:
    """Whether a parameter's values can be read: a plain CPU tensor, and no program is traced."""
    if torch.compiler.is_compiling() or type(tensor) is not Tensor:
        return False
    # Inside vmap, the values are those of all examples.
    return not (tensor.is_cuda or torch._C._functorch.is_functorch_wrapped_tensor(tensor))


def _list(tensor: Tensor) -> Any:
    values = tensor.flatten().tolist()
    return (
        values if len(values) <= 8 else f"{len(values)} values from {min(values)} to {max(values)}"
    )
