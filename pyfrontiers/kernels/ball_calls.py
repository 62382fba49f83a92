"""What the projections and their steps ask of the compiled core: arguments checked, memory lent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import (
    DTYPE_CODES,
    check_out,
    check_same_device,
    check_tensor,
    writable_tensor,
)
from pyfrontiers.kernels.batching import batch_first
from pyfrontiers.kernels.operators import is_pixel_major, laid_out_as, layout_of
from pyfrontiers.kernels.step_parameters import Parameter, address_of, as_parameter, beside

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Value = float | Tensor
"""A checked parameter: a number, or float64 (N or 1, C or 1)."""

Bounds = tuple[Parameter, Parameter] | None

_INFINITY = float("inf")


def check_alike(x: Tensor, **others: Tensor) -> None:
    """Accept tensors of the dtype, shape and device of x.

    Raises:
        TypeError: not a floating tensor, or another dtype.
        ValueError: another shape or device.
    """
    check_tensor("x", x)
    for name, tensor in others.items():
        check_tensor(name, tensor)
        check_same_device(name, tensor, "x", x)
        if tensor.dtype != x.dtype:
            raise TypeError(f"{name}: got dtype {tensor.dtype}, wanted {x.dtype} as x has")
        if tensor.shape != x.shape:
            raise ValueError(
                f"{name}: got shape {tuple(tensor.shape)}, wanted {tuple(x.shape)} as x has"
            )


def one_a_sample(name: str, value: Parameter, x: Tensor, norm: str) -> Value:
    """Return a parameter that a sample has one of.

    Raises:
        TypeError, ValueError: as `as_parameter`; or one value per channel.
    """
    rows = as_parameter(name, value, x)
    if isinstance(rows, Tensor) and rows.shape[1] > 1:
        raise ValueError(
            f"{name}: got one value per channel, wanted a number or one per sample, (N,): "
            f"the {norm} norm is over all of a sample's elements"
        )
    return rows


def box(bounds: Bounds, x: Tensor) -> tuple[Value, Value]:
    """Return the ends of the box.

    Raises:
        TypeError, ValueError: as `as_parameter`.
    """
    low, high = (-_INFINITY, _INFINITY) if bounds is None else bounds
    return as_parameter("bounds", low, x), as_parameter("bounds", high, x)


def call_core(
    kernel: str,
    x: Tensor,
    grad: Tensor | None,
    origin: Tensor,
    out: Tensor,
    *arguments: Value | int,
) -> None:
    """Run a kernel of the compiled core on dense `out` and what is laid out like it."""
    tensors = [laid_out_as(out, tensor) for tensor in (x, origin)]
    slope = laid_out_as(out, grad) if grad is not None else None
    layout = layout_of(out, rows=True)
    near = [beside(v, out) if isinstance(v, Tensor) else v for v in arguments]  # until the launch
    core, where = devices.execution(out, 2 * out.nbytes)
    needed = core.ball_workspace(layout.outer, layout.channels * layout.inner)
    lent = torch.empty(needed, dtype=torch.uint8, device=out.device) if needed else None
    getattr(core, kernel)(
        (
            tensors[0].data_ptr(),
            slope.data_ptr() if slope is not None else 0,
            tensors[1].data_ptr(),
            out.data_ptr(),
        ),
        DTYPE_CODES[out.dtype],
        tuple(layout),
        *(address_of(v) if isinstance(v, Tensor) else v for v in near),
        (lent.data_ptr(), needed) if lent is not None else (0, 0),
        where,
    )


def write_step(
    out: Tensor | np.ndarray,
    x: Tensor,
    grad: Tensor,
    origin: Tensor,
    step: Callable[[Tensor | None], Tensor],
) -> Tensor:
    """Let `step` write into `out`, directly where its memory is dense."""
    target = writable_tensor(out)
    inputs = {"x": x, "grad": grad, "origin": origin}
    check_out(target, x.shape, x, inputs, may_be="x")
    if target.is_contiguous() or is_pixel_major(target):
        step(target)
        torch.autograd.graph.increment_version(target)
    else:
        target.detach().copy_(step(None))
    return target


def samples_of_examples(
    operator: Callable[..., Tensor], tensors: int, values: int
) -> Callable[..., Any]:
    """Return a rule for `torch.vmap`: the examples' samples are samples of one call.

    Args:
        operator: the operator.
        tensors: how many of its first arguments are shaped like x.
        values: how many parameters follow, (N or 1, C or 1).
    """

    def rule(info: Any, in_dims: tuple[int | None, ...], *arguments: Any) -> tuple[Tensor, int]:
        size, end = info.batch_size, tensors + values
        given = list(zip(arguments[:end], in_dims[:end], strict=True))
        first, *others = (batch_first(value, dim, size) for value, dim in given[:tensors])
        samples = first.shape[1] if first.dim() > 1 else 1
        rows = (size * samples, *first.shape[2:])
        parameters = (
            batch_first(value, dim, size).expand(size, samples, -1).reshape(size * samples, -1)
            for value, dim in given[tensors:]
        )
        result = operator(
            first.reshape(rows),
            *(each.reshape(rows) for each in others),
            *parameters,
            *arguments[end:],
        )
        return result.reshape(first.shape), 0

    return rule
