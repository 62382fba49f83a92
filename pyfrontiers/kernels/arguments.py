"""Argument checks. Every error names the argument, what it must be and what was passed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from pyfrontiers.kernels.devices import cuda_module
from pyfrontiers.kernels.number_arguments import INTEGER_TYPES, listed, plain_number

Shape = int | Sequence[int]

DTYPE_CODES: dict[torch.dtype, int] = {
    torch.float32: 0,
    torch.float64: 1,
    torch.float16: 2,
    torch.bfloat16: 3,
}
"""Floating-point dtypes and their codes in the compiled core."""


def check_tensor(name: str, value: Tensor) -> None:
    """Accept a floating tensor on a device that the kernels run on.

    Raises:
        TypeError: not a tensor, or not float32, float64, float16 or bfloat16.
        ValueError: on another device, or on CUDA without the CUDA module.
    """
    _check_tensor(name, value, DTYPE_CODES, "float32, float64, float16 or bfloat16")


def check_labels(name: str, value: Tensor) -> None:
    """Accept an integer tensor on the CPU.

    Raises:
        TypeError: not a tensor, or not of an integer type of 8 to 64 bits.
        ValueError: on another device.
    """
    _check_tensor(name, value, INTEGER_TYPES, "integers of 8 to 64 bits")


def _check_tensor(name: str, value: Tensor, dtypes: Container[torch.dtype], wanted: str) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name} must be a torch tensor, or a NumPy, CuPy or JAX array if the first argument "
            f"is one, got {type(value).__name__}"
        )
    if value.dtype not in dtypes:
        raise TypeError(f"{name} must have dtype {wanted}, got {value.dtype}")
    if value.layout != torch.strided:
        raise TypeError(f"{name} must be a strided tensor, got layout {value.layout}")
    if value.device.type != "cpu":
        _check_not_cpu(name, value.device, "a tensor on ")


def as_device(device: torch.device | str, name: str = "device") -> torch.device:
    """Return a device of torch.

    Raises:
        TypeError: not a device.
        ValueError: a device that torch does not know.
    """
    if not isinstance(device, (str, torch.device)):
        raise TypeError(f"{name} must be cpu or cuda, got {type(device).__name__}")
    try:
        return torch.device(device)
    except RuntimeError:
        raise ValueError(f"{name} must be cpu or cuda, got {device!r}") from None


def check_device(device: torch.device | str, name: str = "device") -> None:
    """Accept the CPU, and CUDA if the CUDA module is installed.

    Raises:
        TypeError: not a device.
        ValueError: another device, or the CUDA module is missing.
    """
    if as_device(device, name).type != "cpu":
        _check_not_cpu(name, device, "")


def check_dtype(dtype: torch.dtype, dtypes: Container[torch.dtype], wanted: str) -> None:
    """Accept some dtypes.

    Raises:
        TypeError: another dtype, or not a dtype.
    """
    if not isinstance(dtype, torch.dtype) or dtype not in dtypes:
        raise TypeError(f"dtype must be {wanted}, got {dtype!r}")


def _check_not_cpu(name: str, device: torch.device | str, what: str) -> None:
    if torch.device(device).type != "cuda":
        raise ValueError(f"{name} must be {what}cpu or cuda, got {device}")
    if cuda_module() is None:
        raise ValueError(
            f"{name} must be {what}cpu, got {device}: this pyfrontiers was built without its CUDA "
            "module; with nvcc on the PATH, install it from source with "
            "--config-settings=cmake.define.PYFRONTIERS_CUDA=ON"
        )


def check_same_device(name: str, value: Tensor, first: str, x: Tensor) -> None:
    """Accept a tensor on the device of another one.

    Raises:
        ValueError: on another device.
    """
    if value.device != x.device:
        raise ValueError(
            f"{name} must be on {x.device} like {first}, got a tensor on {value.device}"
        )


def is_tracing() -> bool:
    """Whether torch.jit.trace records the call; torch.compile cannot trace the query."""
    return not torch.compiler.is_compiling() and torch._C._is_tracing()


def traced_sizes(sizes: Iterable[Any]) -> tuple[Any, ...]:
    """Return sizes as numbers: inside torch.jit.trace a tensor's sizes are tensors themselves."""
    if not is_tracing():
        return tuple(sizes)
    return tuple(int(size) if isinstance(size, Tensor) else size for size in sizes)


def check_shape(shape: Shape) -> tuple[int, ...]:
    """Return the shape as a tuple.

    Raises:
        TypeError: not integers.
        ValueError: a negative size.
    """
    items = listed(shape)
    sizes = tuple(
        plain_number("shape", size) for size in traced_sizes([shape] if items is None else items)
    )
    n = 1
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, (int, torch.SymInt)):
            raise TypeError(f"shape must hold integers, got {size!r}")
        if size < 0:
            raise ValueError(f"shape must hold sizes of 0 or more, got {size}")
        n = n * max(size, 1) if isinstance(size, int) else n
    if n >= 1 << 60:
        raise ValueError(f"shape must hold fewer than 2^60 elements, got {sizes}")
    return sizes
