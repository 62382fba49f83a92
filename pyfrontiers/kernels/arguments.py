"""Argument checks. Every error names the argument, what was given and what is wanted."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels.devices import cuda_module

Granularity = Literal["element", "channel"]
Shape = int | Sequence[int]

DTYPE_CODES: dict[torch.dtype, int] = {
    torch.float32: 0,
    torch.float64: 1,
    torch.float16: 2,
    torch.bfloat16: 3,
}
"""Floating element types and the numbers by which the compiled core knows them."""

INTEGER_TYPES = (
    *(torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
)
"""Integer element types: labels and drawn integers."""

_WORD = 1 << 32


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
            f"{name}: got {type(value).__name__}, wanted a torch tensor, "
            "or an array of NumPy, CuPy or JAX as the first one is"
        )
    if value.dtype not in dtypes:
        raise TypeError(f"{name}: got dtype {value.dtype}, wanted {wanted}")
    if value.layout != torch.strided:
        raise TypeError(f"{name}: got a tensor of layout {value.layout}, wanted a strided one")
    if value.device.type != "cpu":
        _check_not_cpu(name, value.device, "a tensor on ")


def check_device(device: torch.device | str) -> None:
    """Accept the CPU, and CUDA if the CUDA module is installed.

    Raises:
        ValueError: another device, or the CUDA module is missing.
    """
    if torch.device(device).type != "cpu":
        _check_not_cpu("device", device, "")


def _check_not_cpu(name: str, device: torch.device | str, what: str) -> None:
    if torch.device(device).type != "cuda":
        raise ValueError(f"{name}: got {what}{device}, wanted cpu or cuda")
    if cuda_module() is None:
        raise ValueError(
            f"{name}: got {what}{device}, wanted cpu: this pyfrontiers was built without its CUDA "
            "module; with nvcc on the PATH, install it from source with "
            "--config-settings=cmake.define.PYFRONTIERS_CUDA=ON"
        )


def check_same_device(name: str, value: Tensor, first: str, x: Tensor) -> None:
    """Accept a tensor on the device of another one.

    Raises:
        ValueError: on another device.
    """
    if value.device != x.device:
        raise ValueError(f"{name}: got a tensor on {value.device}, wanted {x.device} as {first} is")


def check_probability(p: float, name: str = "p") -> None:
    """Accept a probability.

    Raises:
        TypeError: not a number.
        ValueError: outside [0, 1] or NaN.
    """
    if isinstance(p, bool) or not isinstance(p, (int, float)):
        raise TypeError(f"{name}: got {type(p).__name__}, wanted a number in [0, 1]")
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{name}: got {p}, wanted a probability in [0, 1]")


def check_integer(name: str, value: int) -> None:
    """Accept an integer.

    Raises:
        TypeError: not an integer.
    """
    if isinstance(value, bool) or not isinstance(value, (int, torch.SymInt)):
        raise TypeError(f"{name}: got {type(value).__name__}, wanted an integer")


def check_unsigned(name: str, value: int, bits: int) -> None:
    """Accept an integer of `bits` bits.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^bits).
    """
    check_integer(name, value)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{name}: got {value}, wanted an integer in [0, 2^{bits})")


def check_first_element(value: int) -> None:
    """Accept the index of an array's first element in a mask.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^62), which leaves room for the following elements.
    """
    check_unsigned("first_element", value, 62)


def check_samples(samples: int, first_sample: int) -> None:
    """Accept a number of passes whose sample numbers fit 32 bits.

    Raises:
        TypeError: not an integer.
        ValueError: fewer than one, or numbers beyond 2^32.
    """
    check_integer("samples", samples)
    if samples < 1:
        raise ValueError(f"samples: got {samples}, wanted at least 1")
    check_unsigned("first_sample", first_sample, 32)
    if first_sample + samples > _WORD:
        raise ValueError(
            f"samples: got {samples} from first_sample {first_sample} on, "
            "wanted all sample numbers below 2^32"
        )


def check_granularity(granularity: str, dimensions: int) -> None:
    """Accept "element", or "channel" for two or more dimensions.

    Raises:
        ValueError: another word, or fewer than two dimensions for channels.
    """
    if granularity not in ("element", "channel"):
        raise ValueError(f'granularity: got {granularity!r}, wanted "element" or "channel"')
    if granularity == "channel" and dimensions < 2:
        raise ValueError(
            f'granularity: got "channel" for {dimensions} dimension(s), wanted at least 2: '
            "(samples, channels, ...)"
        )


def _is_tracing() -> bool:
    """Whether torch.jit.trace records the call; torch.compile takes no question about it."""
    return not torch.compiler.is_compiling() and torch._C._is_tracing()


def traced_sizes(sizes: Iterable[Any]) -> tuple[Any, ...]:
    """Return sizes as numbers: inside torch.jit.trace a tensor's sizes are tensors themselves."""
    return tuple(int(size) if isinstance(size, Tensor) else size for size in sizes)


def check_shape(shape: Shape) -> tuple[int, ...]:
    """Return the shape as a tuple.

    Raises:
        TypeError: not integers.
        ValueError: a negative size.
    """
    sizes = (shape,) if isinstance(shape, (int, torch.SymInt)) else tuple(shape)
    if _is_tracing():
        sizes = traced_sizes(sizes)
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, (int, torch.SymInt)):
            raise TypeError(f"shape: got {size!r} as a size, wanted integers")
        if size < 0:
            raise ValueError(f"shape: got the size {size}, wanted 0 or more")
    return sizes


def writable_tensor(out: Tensor | np.ndarray) -> Tensor:
    """Return `out` as a tensor over the same memory.

    Raises:
        TypeError: neither a tensor nor a NumPy array.
        ValueError: a NumPy array that is read-only.
        RuntimeError: a call inside torch.jit.trace.
    """
    if _is_tracing():
        raise RuntimeError(
            "out: got an output inside torch.jit.trace, which cannot record writing into it; call "
            "without out and copy the result"
        )
    if isinstance(out, np.ndarray):
        if not out.flags.writeable:
            raise ValueError("out: got a read-only NumPy array, wanted one that may be written to")
        return torch.from_numpy(out)
    if not isinstance(out, Tensor):
        raise TypeError(f"out: got {type(out).__name__}, wanted a torch tensor or a NumPy array")
    return out


def check_out(
    out: Tensor,
    shape: tuple[int, ...],
    like: Tensor,
    inputs: dict[str, Tensor],
    *,
    may_be: str = "",
) -> None:
    """Accept an output that the kernel may write.

    Args:
        out: the output.
        shape: the shape it must have.
        like: the tensor whose dtype it must have.
        inputs: the tensors that the kernel reads, by name.
        may_be: name of the input that `out` may alias, for in-place use.

    Raises:
        TypeError: another dtype.
        ValueError: another shape or device, memory that overlaps itself or an input, or a gradient
            that would have to be recorded.
    """
    check_tensor("out", out)
    check_same_device("out", out, "the input", like)
    if out.dtype != like.dtype:
        raise TypeError(f"out: got dtype {out.dtype}, wanted {like.dtype} as the input has")
    if out.shape != shape:
        raise ValueError(f"out: got shape {tuple(out.shape)}, wanted {tuple(shape)}")
    for name, tensor in {"out": out, **inputs}.items():
        if torch.is_grad_enabled() and tensor.requires_grad:
            raise ValueError(
                f"out: got an output to write into while {name} requires a gradient, which "
                "autograd cannot follow; call without out, or under torch.no_grad()"
            )
    if _overlaps_itself(out):
        raise ValueError(
            "out: got an expanded or windowed tensor whose elements overlap each other, wanted one "
            "place in memory for each element"
        )
    for name, tensor in inputs.items():
        if name == may_be and _same_memory(out, tensor):
            continue
        if _overlap(out, tensor):
            raise ValueError(
                f"out: got memory that overlaps {name}, wanted separate memory"
                + (f" or exactly {may_be} itself" if may_be else "")
            )


def _overlaps_itself(a: Tensor) -> bool:
    """Whether two elements may share memory: each stride must exceed the extent of smaller ones.

    Exact for all views made by slicing, transposing and reshaping. Some hand-made strides that
    interleave without overlapping are also reported.
    """
    reach = 0
    steps = sorted((abs(step), n) for n, step in zip(a.shape, a.stride(), strict=True) if n > 1)
    for step, n in steps:
        if step <= reach:
            return a.numel() > 0
        reach += (n - 1) * step
    return False


def _same_memory(a: Tensor, b: Tensor) -> bool:
    return a.data_ptr() == b.data_ptr() and a.shape == b.shape and a.stride() == b.stride()


def _overlap(a: Tensor, b: Tensor) -> bool:
    """Whether the address ranges overlap: exact for dense tensors, conservative otherwise."""
    if a.numel() == 0 or b.numel() == 0:
        return False
    first_a, end_a = _addresses(a)
    first_b, end_b = _addresses(b)
    return first_a < end_b and first_b < end_a


def _addresses(tensor: Tensor) -> tuple[int, int]:
    first = tensor.data_ptr()
    steps = zip(tensor.shape, tensor.stride(), strict=True)
    span = 1 + sum((size - 1) * stride for size, stride in steps)
    return first, first + span * tensor.element_size()
