"""Dropout that never stores its mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.dropout_mask import dropout_mask_reference, keep_threshold
from pyfrontiers.kernels.number_arguments import (
    Granularity,
    check_first_element,
    check_granularity,
    check_probability,
    check_unsigned,
)
from pyfrontiers.kernels.operators import (
    define,
    dense,
    direct,
    empty_for,
    is_pixel_major,
    layout_of,
    signed,
    unsigned,
)
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor

if TYPE_CHECKING:
    import numpy as np

__all__ = ["dropout", "dropout_reference"]


@adopts_arrays
def dropout(
    x: Tensor,
    p: float,
    *,
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Drop elements with probability p and divide the others by the keep probability.

    y = x / q where `dropout_mask` keeps, +0 where it drops; q = 1 - p rounded to 32 binary digits,
    so that E[y] = x exactly. The mask is a pure function of (seed, sample, logical element
    index): it does not depend on memory layout, dtype, threads or instruction set, and with
    `first_element` the parts of a batch get the bits of the whole. The backward pass redraws the
    mask from the same numbers instead of saving it.

    Args:
        x: float32, float64, float16 or bfloat16 tensor of any shape and layout.
        p: probability of dropping, in [0, 1].
        seed: 0 <= seed < 2^64.
        sample: index of the pass, 0 <= sample < 2^32.
        first_element: index of x's first element in the mask, below 2^62. For x[n:] of a batch it
            is n * x[0].numel(); for "channel" it counts channels (n, c), so it is n * C.
        granularity: "element", or "channel" to drop whole channels of an (N, C, ...) tensor.
        out: output with x's shape and dtype; pass `x` to work in place.

    Returns:
        `out`, or a new tensor: channels-last if x is, contiguous otherwise. A dropped NaN or
        infinity becomes +0; a kept one stays. float16 and bfloat16 are computed in float32 and
        rounded once.

    Raises:
        TypeError: wrong dtype, or a number of the wrong kind.
        ValueError: `p`, `seed`, `sample`, `first_element` or `granularity` is out of range, x is
            on a device without kernels, or `out` has another shape, is read-only, overlaps x
            partly, or requires a gradient.

    Source:
        Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR
        15, 2014.
    """
    if not is_compiling():
        done = _core.dropout_directly(x, p, seed, sample, first_element, granularity, out)
        if done is not None:
            return done
    check_tensor("x", x)
    p = check_probability(p)
    seed = check_unsigned("seed", seed, 64)
    sample = check_unsigned("sample", sample, 32)
    first_element = check_first_element(first_element)
    check_granularity(granularity, x.dim())
    if out is not None:
        target = writable_tensor(out)
        check_out(target, x.shape, x, {"x": x}, may_be="x")
        _write(x, target, (p, seed, sample, first_element, granularity))
        return target
    if direct(x):
        return _dropout(x, p, seed, sample, first_element, granularity)
    result: Tensor = torch.ops.pyfrontiers.dropout(
        x, float(p), signed(seed), sample, first_element, granularity
    )
    return result


Draw = tuple[float, int, int, int, str]
"""Parameters of a mask: p, seed, sample, first element, granularity."""


def _dropout(
    x: Tensor, p: float, seed: int, sample: int, first_element: int, granularity: str
) -> Tensor:
    out = empty_for(x)
    _call(dense(x), out, (p, seed, sample, first_element, granularity))
    return out


def _write(x: Tensor, out: Tensor, draw: Draw) -> None:
    source = dense(x)
    if out.stride() == source.stride() and (out.is_contiguous() or is_pixel_major(out)):
        _call(source, out, draw)
        torch.autograd.graph.increment_version(out)
    else:
        out.detach().copy_(_dropout(x, *draw))


def _call(x: Tensor, out: Tensor, draw: Draw) -> None:
    p, seed, sample, first_element, granularity = draw
    by_channel = granularity == "channel"
    core, where = devices.execution(out, out.nbytes)
    core.dropout(
        x.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[x.dtype],
        *layout_of(x, rows=by_channel),
        by_channel,
        first_element,
        keep_threshold(p),
        unsigned(seed),
        sample,
        where,
    )


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.arguments = inputs[1:]


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    # The map is linear and its matrix diagonal, so it is its own adjoint.
    return torch.ops.pyfrontiers.dropout(gradient, *ctx.arguments), *[None] * 5


define(
    "dropout(Tensor x, float p, SymInt seed, SymInt sample, SymInt first_element, "
    "str granularity) -> Tensor",
    _dropout,
    _fake,
    derivative=Derivative(
        by=("x",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=lambda ctx, tangent: torch.ops.pyfrontiers.dropout(tangent, *ctx.arguments),
    ),
    batch=example_by_example("dropout"),
)


def dropout_reference(
    x: Tensor,
    p: float,
    *,
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
) -> Tensor:
    """Compute `dropout` in plain torch, with the mask in memory."""
    mask = dropout_mask_reference(
        x.shape, p, seed=seed, sample=sample, first_element=first_element, granularity=granularity
    )
    threshold = keep_threshold(p)
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    scale = torch.tensor(2.0**32 / threshold if threshold else 0.0, dtype=compute, device="cpu")
    return torch.where(mask, (x.to(compute) * scale).to(x.dtype), torch.zeros_like(x))
