"""A step along the normalised gradient, projected onto the L2 ball within the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import check_flag
from pyfrontiers.kernels.parameters import Bounds, Parameter, Value, as_parameter, spread
from pyfrontiers.kernels.project_reference import project_reference
from pyfrontiers.kernels.projection_gradient import projection_gradient, projection_tangent
from pyfrontiers.kernels.steps import Step

if TYPE_CHECKING:
    import numpy as np

__all__ = ["l2_step", "l2_step_reference"]


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
    """Move each sample along its normalised gradient, then project it onto L2 ball and box.

    x' = P(x + step * grad / ||grad||_2), with minus for `ascend=False`, where the norm is that of a
    sample and P is `project` with norm "l2", the exact nearest point within ball and box. The
    result is bit-identical to `project` of the step rounded to the dtype. A zero gradient does not
    move x.

    Args:
        x: float32, float64, float16 or bfloat16 tensor (N, ...), dimension 0 the sample and
            dimension 1 the channel; finite.
        grad: gradient at x; same shape and dtype.
        origin: centres of the balls; same shape and dtype.
        step: length >= 0 of the step: a number, or one per sample (N,).
        epsilon: radius >= 0 of the ball, given like `step`.
        bounds: (low, high) of the box, numbers or per sample, per channel or both, infinities
            allowed; None for no box.
        ascend: increase the loss (True) or decrease it.
        out: output with x's shape and dtype; pass `x` to work in place.

    Returns:
        `out`, or a new tensor: channels-last if x is, contiguous otherwise. Ball and box hold as in
        `project`. A sample with NaN or infinity becomes all NaN. Gradients flow to x and origin as
        through `project`, none to grad.

    Raises:
        TypeError: wrong dtype, or a parameter that is not a number or tensor.
        ValueError: wrong shape or device; NaN, infinite or negative `step` or `epsilon`, or one per
            channel; NaN or crossed `bounds` (values on a CUDA device are not checked); or an
            `out` of another shape, read-only, overlapping an input other than being x itself, or
            requiring a gradient.

    Source:
        Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR 2018, sec.
        2.1, with the L2 ball; the normalised gradient is the steepest direction in L2.
    """
    if not is_compiling():
        done = _core.l2_step_directly(x, grad, origin, step, epsilon, bounds, ascend, out)
        if done is not None:
            return done
    values = _STEP.check(x, grad, origin, step, epsilon, bounds)
    return _STEP(x, grad, origin, values, check_flag("ascend", ascend), out=out)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
    x, grad, origin, step, *values, output = ctx.saved_tensors
    moved = moved_along(x, grad, step, *ctx.further)
    return projection_gradient(gradient, moved, origin, output, "l2", *values)


def _jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
    x, grad, origin, step, *values, output = ctx.saved_tensors
    moved = moved_along(x, grad, step, *ctx.further)
    of_x, of_origin = tangents
    return projection_tangent((of_x, of_origin), moved, origin, output, "l2", *values)


_STEP = Step("l2_step", _backward, _jvp, searched="L2")


def moved_along(x: Tensor, grad: Tensor, step: Value, ascend: bool) -> Tensor:
    """Return x after the step, before the projection."""
    slope = grad.double()
    rest = tuple(range(1, x.dim()))
    squares = slope.square()
    squares = squares.sum(dim=rest, keepdim=True) if rest else squares
    length = spread(step, x).to(x.device) * (1 if ascend else -1)
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
    """Compute `l2_step` in plain torch, by sorting; equal up to the dtype's last place."""
    moved = moved_along(x, grad, as_parameter("step", step, x), ascend)
    return project_reference(moved, origin, norm="l2", epsilon=epsilon, bounds=bounds)
