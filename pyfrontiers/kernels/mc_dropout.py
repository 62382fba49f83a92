"""Many dropout passes over one tensor in a single call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.dropout import dropout_reference
from pyfrontiers.kernels.mc_dropout_arguments import (
    SCHEMA,
    Draws,
    call_core,
    check_draws,
    save_draws,
)
from pyfrontiers.kernels.operators import (
    define,
    dense,
    direct,
    empty_for,
    empty_passes,
    is_pixel_major,
    signed,
)
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor

if TYPE_CHECKING:
    import numpy as np

    from pyfrontiers.kernels.number_arguments import Granularity

__all__ = ["mc_dropout", "mc_dropout_reference"]


@adopts_arrays
def mc_dropout(
    x: Tensor,
    p: float,
    samples: int,
    *,
    seed: int,
    first_sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Write T dropout passes over x into one tensor.

    out[t] = dropout(x, p, seed=seed, sample=first_sample + t), bit for bit, for t = 0 .. T - 1.
    x is read once and masks exist only as a few kilobytes of bits, so the call costs as much as
    writing its output. Passes may be split over calls with `first_sample` without changing them.

    Args:
        x: float32, float64, float16 or bfloat16 tensor of any shape and layout.
        p: probability of dropping, in [0, 1].
        samples: number of passes T >= 1.
        seed: 0 <= seed < 2^64.
        first_sample: index of the first pass; first_sample + T <= 2^32.
        first_element: index of x's first element, or channel, in the masks, as in `dropout`.
        granularity: "element", or "channel" to drop whole channels of an (N, C, ...) tensor.
        out: output of shape (T, *x.shape) and x's dtype, not overlapping x.

    Returns:
        `out`, or a new tensor of shape (T, *x.shape), each pass in x's layout. Gradients are summed
        over the passes; the masks are redrawn.

    Raises:
        TypeError: wrong dtype, or a number of the wrong kind.
        ValueError: `samples` is below 1, another argument is out of range, x is on a device without
            kernels, or `out` has another shape, is read-only, overlaps x, or requires a gradient.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian approximation, ICML 2016, sec. 4.
    """
    if not is_compiling() and out is None:
        done = _core.mc_dropout_directly(
            x, p, samples, seed, first_sample, first_element, granularity
        )
        if done is not None:
            return done
    draws = check_draws(x, (p, samples, seed, first_sample, first_element, granularity))
    p, samples, seed, *_ = draws
    if out is not None:
        target = writable_tensor(out)
        check_out(target, (samples, *x.shape), x, {"x": x})
        _write(x, target, draws)
        return target
    if direct(x):
        return _mc_dropout(x, *draws)
    result: Tensor = torch.ops.pyfrontiers.mc_dropout(
        x, float(p), samples, signed(seed), *draws[3:]
    )
    return result


def _mc_dropout(
    x: Tensor,
    p: float,
    samples: int,
    seed: int,
    first_sample: int,
    first_element: int,
    granularity: str,
) -> Tensor:
    out = empty_passes(x, (samples,))
    draws = (p, samples, seed, first_sample, first_element, granularity)
    call_core("mc_dropout", dense(x), out, draws, out.nbytes)
    return out


def _write(x: Tensor, out: Tensor, draws: Draws) -> None:
    source = dense(x)
    if out.is_contiguous():
        source = source.contiguous()
    elif not all(is_pixel_major(one) for one in (source, out[0])) or not _passes_follow(out):
        _write_each(source, out, draws)
        return
    call_core("mc_dropout", source, out, draws, out.nbytes)
    torch.autograd.graph.increment_version(out)


def _passes_follow(out: Tensor) -> bool:
    return out.shape[0] == 1 or out.stride(0) == out[0].numel()


def _write_each(x: Tensor, out: Tensor, draws: Draws) -> None:
    """Fill an output of arbitrary layout, with scratch memory for one pass."""
    p, _, seed, first_sample, first_element, granularity = draws
    for t, target in enumerate(out.detach()):
        one = _mc_dropout(x, p, 1, seed, first_sample + t, first_element, granularity)
        target.copy_(one[0])


def _fake(x: Tensor, p: float, samples: int, *_: Any) -> Tensor:
    return empty_passes(x, (samples,))


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    p, samples, seed, first_sample, *rest = ctx.draws
    total = empty_for(gradient[0]).zero_()
    for t in range(samples):
        total = total + torch.ops.pyfrontiers.dropout(gradient[t], p, seed, first_sample + t, *rest)
    return total, *[None] * 6


define(
    "mc_dropout" + SCHEMA,
    _mc_dropout,
    _fake,
    derivative=Derivative(
        by=("x",),
        setup_context=save_draws,
        backward=_backward,
        jvp=lambda ctx, tangent: torch.ops.pyfrontiers.mc_dropout(tangent, *ctx.draws),
    ),
    batch=example_by_example("mc_dropout"),
)


def mc_dropout_reference(
    x: Tensor,
    p: float,
    samples: int,
    *,
    seed: int,
    first_sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
) -> Tensor:
    """Compute `mc_dropout` in plain torch, one pass after the other."""
    numbers = range(first_sample, first_sample + samples)
    passes = [
        dropout_reference(
            x, p, seed=seed, sample=number, first_element=first_element, granularity=granularity
        )
        for number in numbers
    ]
    return torch.stack(passes)
