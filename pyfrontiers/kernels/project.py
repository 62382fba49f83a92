"""Projection onto the intersection of a norm ball and a box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.linf_step import linf_step
from pyfrontiers.kernels.number_arguments import check_word
from pyfrontiers.kernels.operators import define, direct, empty_for
from pyfrontiers.kernels.parameters import (
    Bounds,
    Parameter,
    Value,
    check_values,
    ends_of,
    one_per_sample,
    scalar_tensor,
)
from pyfrontiers.kernels.project_reference import project_reference
from pyfrontiers.kernels.projection_gradient import projection_gradient, projection_tangent
from pyfrontiers.kernels.steps import call_core, check_alike, samples_of_examples

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["project", "project_reference"]

ProjectedNorm = Literal["linf", "l2", "l1", "l0"]

NORMS = ("linf", "l2", "l1", "l0")
"""The norms by name."""

_CODES = {"l0": 0, "l1": 1, "l2": 2}

_MAX_PLACES = 1 << 33


@adopts_arrays
def project(
    x: Tensor,
    origin: Tensor,
    *,
    norm: ProjectedNorm,
    epsilon: Parameter,
    bounds: Bounds = None,
) -> Tensor:
    """Move each sample to the nearest point of a ball around its origin, within a box.

    argmin ||z - x||_2 subject to ||z - origin|| <= epsilon and low <= z <= high: the exact
    projection onto the intersection, not two projections in turn and not a radial rescaling. With
    d = x - origin it is z = origin + clip(t d, low - origin, high - origin) for L2 and z = origin +
    clip(sign(d) max(|d| - t, 0), ...) for L1, with the t at which the norm is epsilon, found by
    bisection and Newton steps without sorting. "l0" lets at most floor(epsilon) elements differ
    from the origin: those that bring z nearest to x, the first in memory among equals.

    Args:
        x: float32, float64, float16 or bfloat16 tensor (N, ...), dimension 0 the sample and
            dimension 1 the channel; finite.
        origin: centres of the balls; same shape and dtype.
        norm: "linf", "l2", "l1" or "l0".
        epsilon: radius >= 0: a number, or one per sample (N,); for "linf" also per channel, as
            `linf_step` takes it.
        bounds: (low, high) of the box, numbers or per sample, per channel or both, infinities
            allowed; None for no box.

    Returns:
        A new tensor, channels-last where x is, contiguous otherwise. A sample within ball and box
        is returned unchanged. The box holds exactly in the dtype. The norm, in real arithmetic, is
        at most epsilon: exactly for "linf" and "l0", up to the rounding of a float64 sum (a few
        1e-15) otherwise, since elements are rounded towards the origin. It is below epsilon by at
        most 2^-41 relative and these roundings. If ball and box do not meet, the result lies in the
        box. NaN or infinity in a sample makes the whole sample NaN (with "linf" that element only).
        Differences above 1e150 or below 1e-150 over- or underflow when squared. Bit-identical on
        every instruction set, for any number of threads and with CUDA; the memory layout may change
        the last bits. Gradients flow to x and origin.

    Raises:
        TypeError: wrong dtype, or a parameter that is not a number or tensor.
        ValueError: an unknown norm, wrong shape or device, NaN, infinite or negative epsilon, or
            NaN or crossed bounds (values on a CUDA device are not checked).

    Source:
        Duchi, Shalev-Shwartz, Singer, Chandra, Efficient projections onto the l1-ball for learning
        in high dimensions, ICML 2008; with the box: Croce and Hein, Mind the box: l1-APGD for
        sparse adversarial attacks on image classifiers, ICML 2021, sec. 3.
    """
    if not is_compiling():
        done = _core.project_directly(x, origin, norm, epsilon, bounds)
        if done is not None:
            return done
    check_word("norm", norm, NORMS)
    check_alike(x, origin=origin)
    if norm == "linf":
        return linf_step(x, x, origin, step=0.0, epsilon=epsilon, bounds=bounds)
    if norm == "l0" and x.dim() > 0 and x[:1].numel() > _MAX_PLACES:
        raise ValueError(
            f'x must have at most 2^33 elements a sample for "l0", got {x[:1].numel()}'
        )
    values = (one_per_sample("epsilon", epsilon, x, norm), *ends_of(bounds, x))
    check_values(0.0, *values)
    if direct(x, origin):
        return _project(x, origin, norm, *values)
    result: Tensor = torch.ops.pyfrontiers.project(
        x, origin, norm, *(scalar_tensor(value) for value in values)
    )
    return result


def _project(
    x: Tensor, origin: Tensor, norm: str, epsilon: Value, low: Value, high: Value
) -> Tensor:
    out = empty_for(x)
    call_core("project", x, None, origin, out, _CODES[norm], epsilon, low, high)
    return out


def _operator(
    x: Tensor, origin: Tensor, norm: str, epsilon: Tensor, low: Tensor, high: Tensor
) -> Tensor:
    check_values(0.0, epsilon, low, high)
    return _project(x, origin, norm, *(value.contiguous() for value in (epsilon, low, high)))


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, origin, ctx.norm, epsilon, low, high = inputs
    ctx.save_for_backward(x, origin, output, epsilon, low, high)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    x, origin, output, *values = ctx.saved_tensors
    to_x, to_origin = projection_gradient(gradient, x, origin, output, ctx.norm, *values)
    return to_x, to_origin, None, None, None, None


def _jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
    x, origin, output, *values = ctx.saved_tensors
    of_x, of_origin = tangents
    return projection_tangent((of_x, of_origin), x, origin, output, ctx.norm, *values)


def _batch(info: Any, in_dims: Sequence[int | None], *arguments: Any) -> tuple[Tensor, int]:
    x, origin, norm, *values = arguments
    rule = samples_of_examples(
        lambda *given: torch.ops.pyfrontiers.project(*given[:2], norm, *given[2:]), 2, 3
    )
    dims = (*in_dims[:2], *in_dims[3:])
    result: tuple[Tensor, int] = rule(info, dims, x, origin, *values)
    return result


define(
    "project(Tensor x, Tensor origin, str norm, Tensor epsilon, Tensor low, Tensor high) -> Tensor",
    _operator,
    _fake,
    derivative=Derivative(
        by=("x", "origin"),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=_batch,
)
