"""Common parts of the kernels' torch interface: the operator library, layouts, the direct call.

Every kernel is a torch operator, so that `torch.compile`, fake tensors and autograd support it. A
plain eager call that needs none of these goes straight to the compiled core, because the dispatcher
takes longer than a small kernel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, library

from pyfrontiers.kernels import outputs
from pyfrontiers.kernels.batching import of_any_size
from pyfrontiers.kernels.derivatives import Derivative, in_forward_mode, in_transform, register

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = library.Library("pyfrontiers", "DEF")  # type: ignore[no-untyped-call]  # torch's own lack of annotations

_LONG = 1 << 64


class Layout(NamedTuple):
    """A tensor as (outer, channels, inner) in logical order, and its memory format.

    Attributes:
        outer: size of the sample dimension.
        channels: size of the channel dimension.
        inner: number of positions (pixels) per channel.
        pixel_major: memory is (outer, inner, channels), "channels last".
    """

    outer: int
    channels: int
    inner: int
    pixel_major: bool


def direct(*tensors: Tensor) -> bool:
    """Whether a call on these tensors may skip torch's dispatcher: eager, plain, no gradient."""
    if torch.compiler.is_compiling():
        return False
    # Modes (fake tensors, profilers), functorch's transforms and torch.jit.trace see operators only
    # through the dispatcher; torch has no public query for most of them.
    if (
        torch._C._len_torch_dispatch_stack()
        or torch._C._len_torch_function_stack()
        or in_transform()
        or in_forward_mode()
        or torch._C._is_tracing()
    ):
        return False
    recording = torch.is_grad_enabled()
    for tensor in tensors:
        if type(tensor) is not Tensor and type(tensor) is not torch.nn.Parameter:
            return False
        # A lazily negated tensor does not hold its values; the dispatcher materialises them.
        if (recording and tensor.requires_grad) or tensor.is_neg():
            return False
    return True


def signed(value: int) -> int:
    """Return the 64-bit pattern of `value` as a signed integer, the type of torch's operators."""
    return value - _LONG if value >= _LONG >> 1 else value


def unsigned(value: int) -> int:
    """Undo `signed`."""
    return value % _LONG


def pixels_of(x: Tensor) -> Tensor | None:
    """View `x` with the channels last if that, and no other order, is its order in memory."""
    if x.dim() < 3 or x.is_contiguous():
        return None
    # permute if possible: it takes two thirds of movedim's time, which matters for small calls.
    pixels = x.permute(0, 2, 3, 1) if x.dim() == 4 else x.movedim(1, -1)
    return pixels if pixels.is_contiguous() else None


def is_pixel_major(x: Tensor) -> bool:
    """Whether `x` is dense with the channel dimension innermost, and not contiguous as well."""
    return pixels_of(x) is not None


def dense(x: Tensor) -> Tensor:
    """Return `x`, or a contiguous copy of it if it is neither contiguous nor channels-last."""
    x = x.resolve_neg()
    return x if x.is_contiguous() or is_pixel_major(x) else x.contiguous()


def empty_for(x: Tensor) -> Tensor:
    """Return an empty tensor in the layout of the results for `x`: channels-last or contiguous."""
    return empty_passes(x, ())


def empty_passes(x: Tensor, leading: tuple[int, ...]) -> Tensor:
    """Return an empty tensor of shape (*leading, *x.shape), each pass in the layout for `x`."""
    if not is_pixel_major(x):
        return new_empty((*leading, *x.shape), x)
    moved = new_empty((*leading, *x.movedim(1, -1).shape), x)
    return moved.movedim(-1, len(leading) + 1)


def new_empty(shape: tuple[int, ...], x: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """Return an empty contiguous tensor of x's dtype, or another one, on x's device."""
    # Fake tensors, traced programs and torch's CUDA allocator manage their memory themselves.
    plain = type(x) is Tensor or type(x) is torch.nn.Parameter
    large = plain and _is_large(shape, dtype or x.dtype)
    if large and x.device.type == "cpu" and direct(x.detach()):
        return outputs.empty(shape, dtype or x.dtype)
    # torch takes half a microsecond to parse a dtype.
    return x.new_empty(shape) if dtype is None else x.new_empty(shape, dtype=dtype)


def empty_on(device: torch.device | str, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Return an empty contiguous tensor on a device, on the CPU from pooled memory if large."""
    if _is_large(shape, dtype) and torch.device(device).type == "cpu" and direct():
        return outputs.empty(shape, dtype)
    return torch.empty(shape, dtype=dtype, device=device)


def _is_large(shape: tuple[int, ...], dtype: torch.dtype) -> bool:
    """Whether a result is pooled; checked before `direct`, which takes longer."""
    if torch.compiler.is_compiling():
        return False
    return math.prod(shape) * dtype.itemsize >= outputs.SMALLEST


def laid_out_as(out: Tensor, tensor: Tensor) -> Tensor:
    """Return `tensor` in the memory layout of a dense `out`, copied if necessary."""
    tensor = tensor.resolve_neg()
    if tensor.stride() == out.stride():
        return tensor
    if out.is_contiguous():
        return tensor.contiguous()
    return dense(tensor.movedim(1, -1)).contiguous().movedim(-1, 1)


def layout_of(x: Tensor, *, rows: bool) -> Layout:
    """Describe a dense tensor.

    Args:
        x: contiguous or channels-last.
        rows: whether samples and channels matter to the caller; otherwise a contiguous tensor is
            one long row.
    """
    pixel_major = is_pixel_major(x)
    if not (rows or pixel_major):
        return Layout(1, 1, x.numel(), False)
    outer = x.shape[0] if x.dim() > 0 else 1
    channels = x.shape[1] if x.dim() > 1 else 1
    inner = 1
    for size in x.shape[2:]:
        inner *= size
    return Layout(outer, channels, inner, pixel_major)


def define(
    schema: str,
    kernel: Callable[..., Any],
    fake: Callable[..., Any],
    *,
    derivative: Derivative | None = None,
    batch: Callable[..., tuple[Any, Any]] | None = None,
) -> None:
    """Make a torch operator of a kernel.

    Args:
        schema: name and signature in torch's schema language.
        kernel: implementation on every device.
        fake: returns empty results with the right shapes and strides, for fake tensors.
        derivative: its derivative; None for an operator that only writes into an argument.
        batch: its rule for `torch.vmap`; see batching.py.
    """
    name = schema.partition("(")[0]
    LIBRARY.define(schema)  # type: ignore[no-untyped-call]  # torch's own lack of annotations
    for device in ("CPU", "CUDA"):
        LIBRARY.impl(name, kernel, device)  # type: ignore[no-untyped-call]  # likewise
    library.register_fake(f"{LIBRARY.ns}::{name}", fake, lib=LIBRARY)
    if derivative is not None:
        register(LIBRARY, name, derivative)
    if batch is not None:
        rule = of_any_size(name, batch)
        library.register_vmap(f"{LIBRARY.ns}::{name}", rule, lib=LIBRARY)
