"""A signed-gradient step, projected onto the L-infinity ball within the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.directed_rounding import add_down, round_down
from pyfrontiers.kernels.number_arguments import check_flag
from pyfrontiers.kernels.parameters import Bounds, Parameter, as_parameter, spread
from pyfrontiers.kernels.steps import Step

if TYPE_CHECKING:
    import numpy as np

__all__ = ["linf_step", "linf_step_reference"]


@adopts_arrays
def linf_step(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: Bounds = (0.0, 1.0),
    ascend: bool = True,
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Move x along the sign of a gradient and project it onto ball and box, in one pass.

    x' = clip(clip(x + step * sign(grad), origin - epsilon, origin + epsilon), low, high), with
    minus for `ascend=False`. Exact in the dtype: |x' - origin| <= epsilon and low <= x' <= high
    hold without tolerance, both in real arithmetic and as the dtype computes the difference,
    whenever origin lies in the box (if the ball misses the box, the box takes precedence). To this
    end epsilon and high are rounded down to the dtype, low is rounded up, and the ball's bounds are
    the outermost representable values within it.

    Args:
        x: float32, float64, float16 or bfloat16 tensor of any shape and layout, dimension 0 the
            sample and dimension 1 the channel.
        grad: gradient at x; same shape and dtype.
        origin: centre of the ball; same shape and dtype.
        step: step length >= 0; a number, a tensor with one value per sample (N,), or one that
            broadcasts as (N or 1, C or 1, 1, ..., 1): per sample, per channel or both; on the CPU
            or on x's device.
        epsilon: radius >= 0 of the ball, given like `step`.
        bounds: (low, high) of the box, each given like `step`, infinities allowed; None for no box.
        ascend: increase the loss (True) or decrease it.
        out: output with x's shape and dtype; pass `x` to work in place.

    Returns:
        `out`, or a new tensor: channels-last if x is, contiguous otherwise. Where grad is 0
        there is no step. NaN in x, grad or origin gives NaN; a zero result is +0. Bit-identical on
        every instruction set and for any number of threads. Gradients flow to x where nothing was
        clipped and to origin where the ball clipped.

    Raises:
        TypeError: wrong dtype, or a parameter that is not a number or tensor.
        ValueError: wrong shape or device; NaN, infinite or negative `step` or `epsilon`; NaN or
            crossed `bounds` (values on a CUDA device are not checked); or an `out` of another
            shape, read-only, requiring a gradient, or overlapping an input (x itself is allowed).

    Source:
        Goodfellow, Shlens, Szegedy, Explaining and harnessing adversarial examples, ICLR 2015, sec.
        4; Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR 2018,
        sec. 2.1.
    """
    if not is_compiling():
        done = _core.linf_step_directly(x, grad, origin, step, epsilon, bounds, ascend, out)
        if done is not None:
            return done
    values = _STEP.check(x, grad, origin, step, epsilon, bounds)
    return _STEP(x, grad, origin, values, check_flag("ascend", ascend), out=out)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
    unclipped, at_ball = _where_free(ctx)
    zero = torch.zeros_like(gradient)
    return torch.where(unclipped, gradient, zero), torch.where(at_ball, gradient, zero)


def _jvp(ctx: Any, of_x: Tensor | None, of_origin: Tensor | None) -> Tensor:
    unclipped, at_ball = _where_free(ctx)
    x = ctx.saved_tensors[0]
    of_x, of_origin = (torch.zeros_like(x) if each is None else each for each in (of_x, of_origin))
    return torch.where(unclipped, of_x, torch.where(at_ball, of_origin, 0))


def _where_free(ctx: Any) -> tuple[Tensor, Tensor]:
    """Return where the result follows x, and where it follows the origin at the ball's bounds."""
    x, grad, origin, *parameters = ctx.saved_tensors
    (ascend,) = ctx.further
    step, epsilon, low, high = (spread(value, x).to(x) for value in parameters)
    moved = x + (step if ascend else -step) * grad.sign()
    in_ball = (moved - origin).abs() <= epsilon
    nearest = torch.minimum(torch.maximum(moved, origin - epsilon), origin + epsilon)
    in_box = (nearest >= low) & (nearest <= high)
    return in_ball & in_box, ~in_ball & in_box


# The sign of a gradient has derivative zero.
_STEP = Step("linf_step", _backward, _jvp, flat=("grad",))


def linf_step_reference(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: Bounds = (0.0, 1.0),
    ascend: bool = True,
) -> Tensor:
    """Compute `linf_step` in plain torch, operation by operation."""
    low, high = (-torch.inf, torch.inf) if bounds is None else bounds
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    radius = round_down(_values(epsilon, x), x.dtype).to(compute)
    least = -round_down(-_values(low, x), x.dtype).to(compute)
    most = round_down(_values(high, x), x.dtype).to(compute)
    length = _values(step, x).to(compute) * (1 if ascend else -1)
    start, centre, slope = x.to(compute), origin.to(compute), grad.to(compute)
    ball_high = round_down(add_down(centre, radius), x.dtype).to(compute)
    ball_low = -round_down(add_down(-centre, radius), x.dtype).to(compute)
    # Selected rather than multiplied by a sign: NaN stays NaN, and 0 stays 0 if the step overflows.
    moved = start + torch.where(slope > 0, length, torch.where(slope < 0, -length, slope))
    inside = moved.maximum(ball_low).minimum(ball_high).maximum(least).minimum(most)
    return (inside + 0.0).to(x.dtype)


def _values(parameter: Parameter, x: Tensor) -> Tensor:
    return spread(as_parameter("parameter", parameter, x), x)
