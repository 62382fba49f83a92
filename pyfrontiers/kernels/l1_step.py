"""A sparse sign step, projected onto the L1 ball within the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import check_flag, check_probability
from pyfrontiers.kernels.parameters import Bounds, Parameter, Value, as_parameter, ends_of, spread
from pyfrontiers.kernels.project_reference import box_within, project_reference
from pyfrontiers.kernels.projection_gradient import projection_gradient, projection_tangent
from pyfrontiers.kernels.steps import Step

if TYPE_CHECKING:
    import numpy as np

__all__ = ["l1_step", "l1_step_reference"]


@adopts_arrays
def l1_step(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: Bounds = (0.0, 1.0),
    ascend: bool = True,
    share: float = 0.01,
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Move each sample's steepest elements and project it onto the L1 ball within the box.

    x' = P(x + step * e / ||e||_1), with minus for `ascend=False`, where e_i = sign(grad_i) for the
    k = max(1, round(share * elements)) largest |grad_i| of a sample and 0 elsewhere, and P is
    `project` with norm "l1", the exact nearest point within ball and box. The steepest direction in
    L1 would move a single element; moving a share of them needs only tens of steps. A component
    counts as 0 where x is at the bound that the step points to. All components equal to the k-th
    largest take part; zeros never do. The result is bit-identical to `project` of the step rounded
    to the dtype.

    Args:
        x: float32, float64, float16 or bfloat16 tensor (N, ...), dimension 0 the sample and
            dimension 1 the channel; finite.
        grad: gradient at x; same shape and dtype.
        origin: centres of the balls; same shape and dtype.
        step: length >= 0 of the step, in L1: a number, or one per sample (N,).
        epsilon: radius >= 0 of the ball, given like `step`.
        bounds: (low, high) of the box, numbers or per sample, per channel or both, infinities
            allowed; None for no box.
        ascend: increase the loss (True) or decrease it.
        share: share of a sample's elements that move, in [0, 1]; at least one does.
        out: output with x's shape and dtype; pass `x` to work in place.

    Returns:
        `out`, or a new tensor: channels-last if x is, contiguous otherwise. Ball and box hold as in
        `project`. A sample with NaN or infinity becomes all NaN. Gradients flow to x and origin as
        through `project`, none to grad.

    Raises:
        TypeError: wrong dtype, or a parameter that is not a number or tensor.
        ValueError: wrong shape or device; NaN, infinite or negative `step` or `epsilon`, or one per
            channel; NaN or crossed `bounds` (values on a CUDA device are not checked); a
            `share` outside [0, 1]; or an `out` of another shape, read-only, overlapping an input
            other than being x itself, or requiring a gradient.

    Source:
        Tramer and Boneh, Adversarial training and robustness for multiple perturbations, NeurIPS
        2019, sec. 4 (share 0.01 is its 99th percentile); projected on the ball within the box as in
        Croce and Hein, Mind the box: l1-APGD for sparse adversarial attacks on image classifiers,
        ICML 2021.
    """
    if not is_compiling():
        done = _core.l1_step_directly(x, grad, origin, step, epsilon, bounds, ascend, share, out)
        if done is not None:
            return done
    values = _STEP.check(x, grad, origin, step, epsilon, bounds)
    share = check_probability(share, "share")
    return _STEP(x, grad, origin, values, check_flag("ascend", ascend), float(share), out=out)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
    x, grad, origin, step, epsilon, low, high, output = ctx.saved_tensors
    moved = moved_sparsely(x, grad, step, (low, high), *ctx.further)
    return projection_gradient(gradient, moved, origin, output, "l1", epsilon, low, high)


def _jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
    x, grad, origin, step, epsilon, low, high, output = ctx.saved_tensors
    moved = moved_sparsely(x, grad, step, (low, high), *ctx.further)
    of_x, of_origin = tangents
    return projection_tangent((of_x, of_origin), moved, origin, output, "l1", epsilon, low, high)


_STEP = Step("l1_step", _backward, _jvp, searched="L1", further="float share")


def moved_sparsely(
    x: Tensor, grad: Tensor, step: Value, box: tuple[Value, Value], ascend: bool, share: float
) -> Tensor:
    """Return x after the step, before the projection."""
    low, high = box_within(*box, x)
    slope, start = grad.double() * (1 if ascend else -1), x.double()
    blocked = ((slope > 0) & (start >= high)) | ((slope < 0) & (start <= low))
    keys = torch.where(blocked, 0, slope.abs()).reshape(x.shape[0] if x.dim() else 1, -1)
    if not keys.numel():
        return x.clone()
    count = max(1, round(share * keys.shape[1]))
    edge = keys.sort(dim=1, descending=True).values[:, count - 1 : count]
    moves = (keys >= edge) & (keys > 0)
    length = spread(step, x).to(x.device).reshape(-1, 1)
    each = length / moves.sum(dim=1, keepdim=True).clamp(min=1)
    sound = keys.isfinite().all(dim=1, keepdim=True)
    change = torch.where(sound, torch.where(moves, each, 0), torch.nan).reshape(x.shape)
    return (start + change * slope.sign()).to(x.dtype)


def l1_step_reference(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: Bounds = (0.0, 1.0),
    ascend: bool = True,
    share: float = 0.01,
) -> Tensor:
    """Compute `l1_step` in plain torch, by sorting; equal up to the dtype's last place."""
    length, box = as_parameter("step", step, x), ends_of(bounds, x)
    moved = moved_sparsely(x, grad, length, box, ascend, share)
    return project_reference(moved, origin, norm="l1", epsilon=epsilon, bounds=bounds)
