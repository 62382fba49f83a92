"""One signed-gradient step, projected on the L-infinity ball within the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import (
    DTYPE_CODES,
    check_out,
    check_same_device,
    check_tensor,
    writable_tensor,
)
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import batch_first
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.directed_rounding import add_down, round_down
from pyfrontiers.kernels.operators import (
    define,
    direct,
    empty_for,
    is_pixel_major,
    laid_out_as,
    layout_of,
)
from pyfrontiers.kernels.step_parameters import (
    Parameter,
    address_of,
    as_parameter,
    beside,
    check_values,
    scalar_tensor,
    spread,
)

if TYPE_CHECKING:
    import numpy as np

_INFINITY = float("inf")


@adopts_arrays
def linf_step(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: tuple[Parameter, Parameter] | None = (0.0, 1.0),
    ascend: bool = True,
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Move x along the sign of a gradient and project it on ball and box, in one pass.

    x' = clip(clip(x + step * sign(grad), origin - epsilon, origin + epsilon), low, high), with
    minus for `ascend=False`. Exact in the dtype: |x' - origin| <= epsilon and low <= x' <= high
    hold without tolerance, both in real arithmetic and as the dtype computes the difference,
    whenever origin lies in the box (if the ball misses the box, the box wins). To that end epsilon
    and high are rounded down to the dtype, low up, and the ball's ends are the outermost
    representable values in it.

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
        ascend: raise the loss (True) or lower it.
        out: where to write, of x's shape and dtype; `x` itself for work in place.

    Returns:
        `out`, or a new tensor: channels-last where x is, contiguous otherwise. Where grad is 0
        there is no step. NaN in x, grad or origin gives NaN; a zero result is +0. Bit-identical on
        every instruction set and for any number of threads. Gradients flow to x where nothing was
        clipped and to origin where the ball clipped.

    Raises:
        TypeError: wrong dtype, or a parameter that is no number or tensor.
        ValueError: wrong shape or device; NaN, infinite or negative `step` or `epsilon`; NaN or
            crossed `bounds` (values on a CUDA device are taken as they are); or an `out` of another
            shape, read-only, overlapping an input other than as x itself, or needing a gradient.

    Source:
        Goodfellow, Shlens, Szegedy, Explaining and harnessing adversarial examples, ICLR 2015, sec.
        4; Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR 2018,
        sec. 2.1.
    """
    if not is_compiling():
        done = _core.linf_step_directly(x, grad, origin, step, epsilon, bounds, ascend, out)
        if done is not None:
            return done
    check_tensor("x", x)
    for name, tensor in (("grad", grad), ("origin", origin)):
        check_tensor(name, tensor)
        check_same_device(name, tensor, "x", x)
        if tensor.dtype != x.dtype:
            raise TypeError(f"{name}: got dtype {tensor.dtype}, wanted {x.dtype} as x has")
        if tensor.shape != x.shape:
            raise ValueError(
                f"{name}: got shape {tuple(tensor.shape)}, wanted {tuple(x.shape)} as x has"
            )
    low, high = (-_INFINITY, _INFINITY) if bounds is None else bounds
    parameters = (
        as_parameter("step", step, x),
        as_parameter("epsilon", epsilon, x),
        as_parameter("bounds", low, x),
        as_parameter("bounds", high, x),
    )
    check_values(*parameters)
    if out is not None:
        target = writable_tensor(out)
        inputs = {"x": x, "grad": grad, "origin": origin}
        check_out(target, x.shape, x, inputs, may_be="x")
        _write(x, grad, origin, target, parameters, ascend)
        return target
    if direct(x, grad, origin):
        return _linf_step(x, grad, origin, *parameters, ascend)
    tensors = (scalar_tensor(value) for value in parameters)
    result: Tensor = torch.ops.pyfrontiers.linf_step(x, grad, origin, *tensors, ascend)
    return result


Value = float | Tensor
"""A checked parameter: a number, or float64 (N or 1, C or 1)."""


def _linf_step(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    step: Value,
    epsilon: Value,
    low: Value,
    high: Value,
    ascend: bool,
) -> Tensor:
    out = empty_for(x)
    _call(x, grad, origin, out, (step, epsilon, low, high), ascend)
    return out


def _write(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    out: Tensor,
    parameters: tuple[Value, Value, Value, Value],
    ascend: bool,
) -> None:
    if out.is_contiguous() or is_pixel_major(out):
        _call(x, grad, origin, out, parameters, ascend)
        torch.autograd.graph.increment_version(out)
    else:
        out.detach().copy_(_linf_step(x, grad, origin, *parameters, ascend))


def _call(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    out: Tensor,
    parameters: tuple[Value, Value, Value, Value],
    ascend: bool,
) -> None:
    rows = any(isinstance(value, Tensor) for value in parameters)
    # Element by element, so only equal layouts matter, not which one it is.
    x, grad, origin = (laid_out_as(out, tensor) for tensor in (x, grad, origin))
    outer, channels, inner, pixel_major = layout_of(out, rows=rows)
    near = [beside(value, out) for value in parameters]  # alive until the launch
    core, where = devices.execution(out, out.nbytes)
    core.linf_step(
        x.data_ptr(),
        grad.data_ptr(),
        origin.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[x.dtype],
        outer,
        channels,
        inner,
        pixel_major,
        *(address_of(value) for value in near),
        ascend,
        where,
    )


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
    return _linf_step(x, grad, origin, step, epsilon, low, high, ascend)


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    *tensors, ctx.ascend = inputs
    ctx.save_for_backward(*tensors)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    x, grad, origin, *parameters = ctx.saved_tensors
    step, epsilon, low, high = (spread(value, x).to(x) for value in parameters)
    moved = x + (step if ctx.ascend else -step) * grad.sign()
    in_ball = (moved - origin).abs() <= epsilon
    nearest = torch.minimum(torch.maximum(moved, origin - epsilon), origin + epsilon)
    in_box = (nearest >= low) & (nearest <= high)
    zero = torch.zeros_like(gradient)
    to_x = torch.where(in_ball & in_box, gradient, zero)
    to_origin = torch.where(~in_ball & in_box, gradient, zero)
    return to_x, None, to_origin, None, None, None, None, None


def _batch(info: Any, in_dims: tuple[int | None, ...], *arguments: Any) -> tuple[Tensor, int]:
    """Make samples of the examples: (B, N, C, ...) is (B N, C, ...) with parameters to match."""
    size = info.batch_size
    x, grad, origin = (
        batch_first(value, dim, size) for value, dim in zip(arguments[:3], in_dims[:3], strict=True)
    )
    samples = x.shape[1] if x.dim() > 1 else 1
    rows = (size * samples, *x.shape[2:])
    parameters = (
        batch_first(value, dim, size).expand(size, samples, -1).reshape(size * samples, -1)
        for value, dim in zip(arguments[3:7], in_dims[3:7], strict=True)
    )
    result = torch.ops.pyfrontiers.linf_step(
        x.reshape(rows), grad.reshape(rows), origin.reshape(rows), *parameters, arguments[7]
    )
    return result.reshape(x.shape), 0


define(
    "linf_step(Tensor x, Tensor grad, Tensor origin, Tensor step, Tensor epsilon, Tensor low, "
    "Tensor high, bool ascend) -> Tensor",
    _operator,
    _fake,
    backward=_backward,
    remember=_remember,
    batch=_batch,
)


def linf_step_reference(
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    *,
    step: Parameter,
    epsilon: Parameter,
    bounds: tuple[Parameter, Parameter] | None = (0.0, 1.0),
    ascend: bool = True,
) -> Tensor:
    """Compute what `linf_step` computes, in plain torch, operation by operation."""
    low, high = (-_INFINITY, _INFINITY) if bounds is None else bounds
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    radius = round_down(_values(epsilon, x), x.dtype).to(compute)
    least = -round_down(-_values(low, x), x.dtype).to(compute)
    most = round_down(_values(high, x), x.dtype).to(compute)
    length = _values(step, x).to(compute) * (1 if ascend else -1)
    start, centre, slope = x.to(compute), origin.to(compute), grad.to(compute)
    ball_high = round_down(add_down(centre, radius), x.dtype).to(compute)
    ball_low = -round_down(add_down(-centre, radius), x.dtype).to(compute)
    # Chosen, not multiplied by a sign: NaN stays NaN, and 0 stays 0 even if the step overflows.
    moved = start + torch.where(slope > 0, length, torch.where(slope < 0, -length, slope))
    inside = moved.maximum(ball_low).minimum(ball_high).maximum(least).minimum(most)
    return (inside + 0.0).to(x.dtype)


def _values(parameter: Parameter, x: Tensor) -> Tensor:
    return spread(as_parameter("parameter", parameter, x), x)
