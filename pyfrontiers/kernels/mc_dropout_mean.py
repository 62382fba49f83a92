"""The mean over many dropout passes, without storing any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.dropout_mask import dropout_mask_reference, keep_threshold
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
    is_pixel_major,
    signed,
)
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor

if TYPE_CHECKING:
    import numpy as np

    from pyfrontiers.kernels.number_arguments import Granularity

__all__ = ["mc_dropout_mean", "mc_dropout_mean_reference"]

_MAX_SAMPLES = (1 << 32) - 1  # counts are 32 bits wide


@adopts_arrays
def mc_dropout_mean(
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
    """Average T dropout passes over x without storing any of them.

    y = x kept / (T q), where `kept` is the number of passes first_sample .. first_sample + T - 1
    that keep the element: the mean of `mc_dropout(x, p, T, ...)` over t, up to rounding. A pass is
    x / q or 0, so masks are counted as integers, 32 lanes at a time, and the result does not depend
    on an order of summation. q is 1 - p rounded to 32 binary digits. E[y] = x exactly; the standard
    deviation is |x| sqrt(p / (q T)).

    Args:
        x: float32, float64, float16 or bfloat16 tensor of any shape and layout.
        p: probability of dropping, in [0, 1].
        samples: number of passes, 1 <= T < 2^32.
        seed: 0 <= seed < 2^64.
        first_sample: index of the first pass; first_sample + T <= 2^32.
        first_element: index of x's first element, or channel, in the masks, as in `dropout`.
        granularity: "element", or "channel" to drop whole channels of an (N, C, ...) tensor.
        out: output with x's shape and dtype; pass `x` to work in place.

    Returns:
        `out`, or a new tensor: channels-last if x is, contiguous otherwise. An element that no
        pass keeps is +0, even if x is NaN or infinite. The factor kept / (T q) is computed in
        float32 (float64 for float64) and is exactly 1 for p = 0; the product is rounded once to x's
        dtype. The gradient counts the masks again; nothing is saved.

    Raises:
        TypeError: wrong dtype, or a number of the wrong kind.
        ValueError: an argument is out of range, x is on a device without kernels, or `out` has
            another shape, is read-only, overlaps x partly, or requires a gradient.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian approximation, ICML 2016, sec. 4; the counter is
        Harley and Seal's, as in Warren, Hacker's Delight, 2nd ed., 2012, sec. 5-1.
    """
    if not is_compiling():
        done = _core.mc_dropout_mean_directly(
            x, p, samples, seed, first_sample, first_element, granularity, out
        )
        if done is not None:
            return done
    draws = check_draws(x, (p, samples, seed, first_sample, first_element, granularity))
    p, samples, seed, *_ = draws
    if samples > _MAX_SAMPLES:
        raise ValueError(f"samples must be at most {_MAX_SAMPLES}, got {samples}")
    if out is not None:
        target = writable_tensor(out)
        check_out(target, x.shape, x, {"x": x}, may_be="x")
        _write(x, target, draws)
        return target
    if direct(x):
        return _mc_dropout_mean(x, *draws)
    result: Tensor = torch.ops.pyfrontiers.mc_dropout_mean(
        x, float(p), samples, signed(seed), *draws[3:]
    )
    return result


def _mc_dropout_mean(
    x: Tensor,
    p: float,
    samples: int,
    seed: int,
    first_sample: int,
    first_element: int,
    granularity: str,
) -> Tensor:
    out = empty_for(x)
    draws = (p, samples, seed, first_sample, first_element, granularity)
    call_core("mc_dropout_mean", dense(x), out, draws, _work(x, samples))
    return out


def _work(x: Tensor, samples: int) -> int:
    """Estimate the bytes moved: x read and written, or the masks drawn."""
    return 2 * max(x.nbytes, x.numel() * samples // 8)


def _write(x: Tensor, out: Tensor, draws: Draws) -> None:
    source = dense(x)
    if out.stride() == source.stride() and (out.is_contiguous() or is_pixel_major(out)):
        call_core("mc_dropout_mean", source, out, draws, _work(x, draws[1]))
        torch.autograd.graph.increment_version(out)
    else:
        out.detach().copy_(_mc_dropout_mean(x, *draws))


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    # The map is linear and its matrix diagonal, so it is its own adjoint.
    return torch.ops.pyfrontiers.mc_dropout_mean(gradient, *ctx.draws), *[None] * 6


define(
    "mc_dropout_mean" + SCHEMA,
    _mc_dropout_mean,
    _fake,
    derivative=Derivative(
        by=("x",),
        setup_context=save_draws,
        backward=_backward,
        jvp=lambda ctx, tangent: torch.ops.pyfrontiers.mc_dropout_mean(tangent, *ctx.draws),
    ),
    batch=example_by_example("mc_dropout_mean"),
)


def mc_dropout_mean_reference(
    x: Tensor,
    p: float,
    samples: int,
    *,
    seed: int,
    first_sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
) -> Tensor:
    """Compute `mc_dropout_mean` in plain torch, one mask after the other."""
    masks = [
        dropout_mask_reference(
            x.shape,
            p,
            seed=seed,
            sample=number,
            first_element=first_element,
            granularity=granularity,
        )
        for number in range(first_sample, first_sample + samples)
    ]
    kept = torch.stack(masks).sum(0)
    threshold = keep_threshold(p)
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    scale = torch.tensor(2.0**32 / threshold if threshold else 0.0, dtype=compute, device="cpu")
    factor = kept.to(compute) * scale / torch.tensor(float(samples), dtype=compute, device="cpu")
    return torch.where(kept > 0, (x.to(compute) * factor).to(x.dtype), torch.zeros_like(x))
