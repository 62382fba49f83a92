"""Parameters of an attack step: one number, or one per sample, per channel or both."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

Parameter = float | Tensor | np.ndarray | list[float] | tuple[float, ...]

_FORMS = "a number, (N,), or a shape that broadcasts as (N or 1, C or 1, 1, ..., 1)"


def as_parameter(name: str, value: Parameter, x: Tensor) -> float | Tensor:
    """Bring a parameter into the form the kernels take.

    Args:
        name: the argument's name, for errors.
        value: a number, or an array of the forms that `linf_step` lists.
        x: the tensor it is for.

    Returns:
        A float, or a contiguous float64 tensor (N or 1, C or 1).

    Raises:
        TypeError: no number, tensor, array or sequence of numbers.
        ValueError: a shape that fits neither samples nor channels, or another device than the CPU
            and x's own.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, (Tensor, np.ndarray, list, tuple)):
        raise TypeError(f"{name}: got {type(value).__name__}, wanted {_FORMS}")
    tensor = torch.as_tensor(value).detach()
    if tensor.device.type != "cpu" and tensor.device != x.device:
        wanted = "cpu" if x.device.type == "cpu" else f"cpu or {x.device}"
        raise ValueError(f"{name}: got a tensor on {tensor.device}, wanted one on {wanted}")
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
            raise ValueError(f"{name}: got shape {given} for x {tuple(x.shape)}, wanted {_FORMS}")
        rows = tensor.reshape(padded[:2])
    if rows.shape[0] not in (1, samples) or rows.shape[1] not in (1, channels):
        raise ValueError(f"{name}: got shape {given} for x {tuple(x.shape)}, wanted {_FORMS}")
    return rows.contiguous()


def check_values(
    step: float | Tensor,
    epsilon: float | Tensor,
    low: float | Tensor,
    high: float | Tensor,
    *,
    names: tuple[str, str] = ("step", "epsilon"),
) -> None:
    """Accept finite step and epsilon >= 0, or what `names` calls them, and bounds in order.

    Tensors are looked at only where they have values, not while a program is being traced; the
    operator looks again when it runs. Those on a CUDA device are not looked at: that would wait for
    the device.

    Raises:
        ValueError: NaN, infinite or negative step or epsilon, NaN or crossed bounds.
    """
    for name, value in zip(names, (step, epsilon), strict=True):
        if isinstance(value, Tensor):
            if has_values(value) and not bool((value.isfinite() & (value >= 0)).all()):
                raise ValueError(f"{name}: got {_list(value)}, wanted finite numbers >= 0")
        elif not 0.0 <= value < math.inf:
            raise ValueError(f"{name}: got {value}, wanted a finite number >= 0")
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        lower, upper = scalar_tensor(low), scalar_tensor(high)
        if has_values(lower) and has_values(upper) and not bool((lower <= upper).all()):
            raise ValueError(
                f"bounds: got low {_list(lower)} and high {_list(upper)}, wanted low <= high"
            )
    elif not low <= high:
        raise ValueError(f"bounds: got ({low}, {high}), wanted low <= high, neither NaN")


def beside(value: float | Tensor, x: Tensor) -> float | Tensor:
    """Return a checked parameter where the kernel for x can read it: a number, or on x's device."""
    if not isinstance(value, Tensor) or value.device == x.device:
        return value
    # Not blocking is safe from ordinary memory: it is read before the call returns.
    return value.item() if value.numel() == 1 else value.to(x.device, non_blocking=True)


def address_of(value: float | Tensor) -> float | tuple[int, int, int]:
    """Return a parameter as the compiled core takes it; the caller keeps the tensor alive.

    Returns:
        A number, or (address of float64 values, stride by sample, stride by channel).
    """
    if not isinstance(value, Tensor):
        return value
    outer, channels = value.shape
    return value.data_ptr(), channels if outer > 1 else 0, 1 if channels > 1 else 0


def scalar_tensor(value: float | Tensor) -> Tensor:
    """Return a number as a float64 tensor (1, 1), a tensor as it is."""
    if isinstance(value, Tensor):
        return value
    return torch.full((1, 1), value, dtype=torch.float64)


def spread(value: float | Tensor, x: Tensor) -> Tensor:
    """Return a parameter as a float64 tensor that broadcasts over `x`."""
    rows = scalar_tensor(value)
    return rows.reshape(rows.shape + (1,) * (x.dim() - 2)) if x.dim() > 1 else rows.reshape(-1)


def has_values(tensor: Tensor) -> bool:
    """Whether a parameter can be looked at: a plain tensor on the CPU, outside of any tracing."""
    if torch.compiler.is_compiling() or type(tensor) is not Tensor:
        return False
    # Inside a transform such as vmap the values are those of all examples.
    return not (tensor.is_cuda or torch._C._functorch.is_functorch_wrapped_tensor(tensor))


def _list(tensor: Tensor) -> Any:
    values = tensor.flatten().tolist()
    return (
        values if len(values) <= 8 else f"{len(values)} values from {min(values)} to {max(values)}"
    )
