"""One step along the normalised gradient, projected on the L2 ball within the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.ball_calls import (
    Bounds,
    Value,
    box,
    call_core,
    check_alike,
    one_a_sample,
    samples_of_examples,
    write_step,
)
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.operators import define, direct, empty_for
from pyfrontiers.kernels.project_reference import project_reference
from pyfrontiers.kernels.projection_gradient import projection_gradient
from pyfrontiers.kernels.step_parameters import (
    Parameter,
    as_parameter,
    check_values,
    scalar_tensor,
    spread,
)

if TYPE_CHECKING:
    import numpy as np


@adopts_arrays
def l2_step(
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
    """Move each sample along its normalised gradient and project it on the L2 ball within the box.

    x' = P(x + step * grad / ||grad||_2), with minus for `ascend=False`, where the norm is that of a
    sample and P is `project` with norm "l2": the exact nearest point of ball and box. The result is
    that of `project` bit for bit, of the step rounded to the dtype. A gradient of zeros does not
    move.

    Args:
        x: float32, float64, float16 or bfloat16 tensor (N, ...), dimension 0 the sample and
            dimension 1 the channel; finite.
        grad: gradient at x; same shape and dtype.
        origin: centres of the balls; same shape and dtype.
        step: length >= 0 of the step: a number, or one per sample (N,).
        epsilon: radius >= 0 of the ball, given like `step`.
        bounds: (low, high) of the box, numbers or per sample, per channel or both, infinities
            allowed; None for no box.
        ascend: raise the loss (True) or lower it.
        out: where to write, of x's shape and dtype; `x` itself for work in place.

    Returns:
        `out`, or a new tensor: channels-last where x is, contiguous otherwise. Ball and box hold as
        `project` says. NaN or an infinity in a sample makes all of it NaN. Gradients flow to x and
        origin as through `project`, none to grad.

    Raises:
        TypeError: wrong dtype, or a parameter that is no number or tensor.
        ValueError: wrong shape or device; NaN, infinite or negative `step` or `epsilon`, or one per
            channel; NaN or crossed `bounds` (values on a CUDA device are taken as they are); or an
            `out` of another shape, read-only, overlapping an input other than as x itself, or
            needing a gradient.

    Source:
        Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR 2018, sec.
        2.1, with the L2 ball; the normalised gradient is the steepest direction in L2.
    """
    if not is_compiling():
        done = _core.l2_step_directly(x, grad, origin, step, epsilon, bounds, ascend, out)
        if done is not None:
            return done
    check_alike(x, grad=grad, origin=origin)
    radius = one_a_sample("epsilon", epsilon, x, "L2")
    values = (one_a_sample("step", step, x, "L2"), radius, *box(bounds, x))
    check_values(*values)
    if out is not None:
        return write_step(
            out, x, grad, origin, lambda to: _l2_step(x, grad, origin, *values, ascend, out=to)
        )
    if direct(x, grad, origin):
        return _l2_step(x, grad, origin, *values, ascend)
    tensors = (scalar_tensor(value) for value in values)
    result: Tensor = torch.ops.pyfrontiers.l2_step(x, grad, origin, *tensors, ascend)
    return result


def _l2_step(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    step: Value,
    epsilon: Value,
    low: Value,
    high: Value,
    ascend: bool,
    *,
    out: Tensor | None = None,
) -> Tensor:
    to = empty_for(x) if out is None else out
    call_core("l2_step", x, grad, origin, to, step, epsilon, low, high, ascend)
    return to


def _operator(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    step: Tensor,
    epsilon: Tensor,
    low: Tensor,
    high: Tensor,
    ascend: bool,
) -> Tensor:
    check_values(step, epsilon, low, high)
    step, epsilon, low, high = (value.contiguous() for value in (step, epsilon, low, high))
    return _l2_step(x, grad, origin, step, epsilon, low, high, ascend)


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    *tensors, ctx.ascend = inputs
    ctx.save_for_backward(*tensors, output)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    x, grad, origin, step, *values, output = ctx.saved_tensors
    moved = moved_along(x, grad, step, ctx.ascend)
    to_x, to_origin = projection_gradient(gradient, moved, origin, output, "l2", *values)
    return to_x, None, to_origin, None, None, None, None, None


define(
    "l2_step(Tensor x, Tensor grad, Tensor origin, Tensor step, Tensor epsilon, Tensor low, "
    "Tensor high, bool ascend) -> Tensor",
    _operator,
    _fake,
    backward=_backward,
    remember=_remember,
    batch=samples_of_examples(lambda *given: torch.ops.pyfrontiers.l2_step(*given), 3, 4),
)


def moved_along(x: Tensor, grad: Tensor, step: Parameter, ascend: bool) -> Tensor:
    """Return x after the step, before the projection."""
    slope = grad.double()
    rest = tuple(range(1, x.dim()))
    squares = slope.square()
    squares = squares.sum(dim=rest, keepdim=True) if rest else squares
    length = spread(as_parameter("step", step, x), x).to(x.device) * (1 if ascend else -1)
    factor = torch.where(squares == 0, 0, length / squares.sqrt())
    return (x.double() + factor * slope).to(x.dtype)


def l2_step_reference(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: Bounds = (0.0, 1.0),
    ascend: bool = True,
) -> Tensor:
    """Compute what `l2_step` computes, in plain torch and by sorting, to the dtype's last place."""
    moved = moved_along(x, grad, step, ascend)
    return project_reference(moved, origin, norm="l2", epsilon=epsilon, bounds=bounds)
