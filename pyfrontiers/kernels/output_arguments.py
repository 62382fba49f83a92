"""Checks of `out`, the memory that a kernel writes its result to."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import check_same_device, check_tensor, is_tracing
from pyfrontiers.kernels.derivatives import carries_derivatives


def writable_tensor(out: Tensor | np.ndarray) -> Tensor:
    """Return `out` as a tensor over the same memory.

    Raises:
        TypeError: neither a tensor nor a NumPy array.
        ValueError: a NumPy array that is read-only.
        RuntimeError: a call inside torch.jit.trace.
    """
    if is_tracing():
        raise RuntimeError(
            "out must be None inside torch.jit.trace, which cannot record writes, got a tensor; "
            "call without out and copy the result"
        )
    if isinstance(out, np.ndarray):
        if not out.flags.writeable:
            raise ValueError("out must be writable, got a read-only NumPy array")
        try:
            return torch.from_numpy(out)
        except TypeError:
            raise TypeError(f"out must hold numbers, got dtype {out.dtype}") from None
    if not isinstance(out, Tensor):
        raise TypeError(f"out must be a torch tensor or a NumPy array, got {type(out).__name__}")
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
        raise TypeError(f"out must have the input's dtype {like.dtype}, got {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {tuple(shape)}, got {tuple(out.shape)}")
    for name, tensor in {"out": out, **inputs}.items():
        if carries_derivatives(tensor):
            raise ValueError(
                f"out must be None while {name} has a tangent or is inside torch.func, because "
                "the write cannot be followed, got a tensor; call without out"
            )
        if torch.is_grad_enabled() and tensor.requires_grad:
            raise ValueError(
                f"out must be None while {name} requires a gradient, because autograd cannot "
                "follow the write, got a tensor; call without out, or under torch.no_grad()"
            )
    check_separate(out)
    for name, tensor in inputs.items():
        if name == may_be and _same_memory(out, tensor):
            continue
        if _overlap(out, tensor):
            wanted = f"be {may_be} itself or not" if may_be else "not"
            raise ValueError(f"out must {wanted} overlap an input, got memory that overlaps {name}")


def check_separate(out: Tensor) -> None:
    """Accept an output in which no two elements share memory.

    Raises:
        ValueError: an expanded or windowed tensor.
    """
    if _overlaps_itself(out):
        raise ValueError(
            "out must have separate memory for each element, got an expanded or windowed tensor "
            "whose elements overlap"
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
