"""Common parts of the step and projection kernels: argument checks, call, torch operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_same_device, check_tensor
from pyfrontiers.kernels.batching import batch_first
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.operators import (
    define,
    direct,
    empty_for,
    is_pixel_major,
    laid_out_as,
    layout_of,
)
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor
from pyfrontiers.kernels.parameters import (
    Bounds,
    Parameter,
    Value,
    address_of,
    as_parameter,
    check_values,
    ends_of,
    on_device_of,
    one_per_sample,
    scalar_tensor,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Values = tuple[Value, Value, Value, Value]
"""Step, epsilon, low and high after the checks."""


def check_alike(x: Tensor, **others: Tensor) -> None:
    """Accept tensors with the dtype, shape and device of x.

    Raises:
        TypeError: not a floating tensor, or another dtype.
        ValueError: another shape or device.
    """
    check_tensor("x", x)
    for name, tensor in others.items():
        check_tensor(name, tensor)
        check_same_device(name, tensor, "x", x)
        if tensor.dtype != x.dtype:
            raise TypeError(f"{name} must have x's dtype {x.dtype}, got {tensor.dtype}")
        if tensor.shape != x.shape:
            raise ValueError(
                f"{name} must have x's shape {tuple(x.shape)}, got {tuple(tensor.shape)}"
            )


class Step:
    """A step kernel of the compiled core, and its torch operator.

    Args:
        name: the kernel.
        backward: the operator's gradient: (ctx, gradient) -> (to x, to origin). `ctx` has the saved
            tensors x, grad, origin, step, epsilon, low, high and, for a searched projection, the
            result; and `further`, the arguments from `ascend` on.
        jvp: the operator's tangent: (ctx, tangent of x, tangent of origin); None for no tangent.
        flat: arguments whose derivative is zero wherever it exists.
        searched: the norm, if the projection is found by a search, which needs a workspace and one
            radius per sample; empty for `linf_step`.
        further: schema of the arguments after `ascend`.
    """

    def __init__(
        self,
        name: str,
        backward: Callable[[Any, Tensor], tuple[Tensor, Tensor]],
        jvp: Callable[[Any, Tensor | None, Tensor | None], Tensor],
        *,
        flat: tuple[str, ...] = (),
        searched: str = "",
        further: str = "",
    ) -> None:
        self.name, self.searched = name, searched
        schema = (
            f"{name}(Tensor x, Tensor grad, Tensor origin, Tensor step, Tensor epsilon, "
            f"Tensor low, Tensor high, bool ascend{further and ', ' + further}) -> Tensor"
        )

        def all_gradients(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
            to_x, to_origin = backward(ctx, gradient)
            return to_x, None, to_origin, *[None] * (4 + len(ctx.further))

        define(
            schema,
            self._operator,
            lambda x, *_: empty_for(x),
            derivative=Derivative(
                by=("x", "origin"),
                setup_context=self._setup_context,
                backward=all_gradients,
                jvp=jvp,
                flat=flat,
            ),
            batch=samples_of_examples(lambda *given: self._dispatched(*given), 3, 4),
        )

    def check(
        self,
        x: Tensor,
        grad: Tensor,
        origin: Tensor,
        step: Parameter,
        epsilon: Parameter,
        bounds: Bounds,
    ) -> Values:
        """Check the arguments and return the parameters.

        Raises:
            TypeError, ValueError: as documented at the step.
        """
        check_alike(x, grad=grad, origin=origin)
        length, radius = (
            one_per_sample(name, value, x, self.searched)
            if self.searched
            else as_parameter(name, value, x)
            for name, value in (("step", step), ("epsilon", epsilon))
        )
        values = (length, radius, *ends_of(bounds, x))
        check_values(*values)
        return values

    def __call__(
        self,
        x: Tensor,
        grad: Tensor,
        origin: Tensor,
        values: Values,
        *further: bool | float,
        out: Tensor | np.ndarray | None,
    ) -> Tensor:
        """Take a step with checked parameters; `further` are the arguments from `ascend` on."""
        if out is not None:
            target = writable_tensor(out)
            inputs = {"x": x, "grad": grad, "origin": origin}
            check_out(target, x.shape, x, inputs, may_be="x")
            if target.is_contiguous() or is_pixel_major(target):
                self._run(target, x, grad, origin, *values, *further)
                torch.autograd.graph.increment_version(target)
            else:
                result = self._run(empty_for(x), x, grad, origin, *values, *further)
                target.detach().copy_(result)
            return target
        if direct(x, grad, origin):
            return self._run(empty_for(x), x, grad, origin, *values, *further)
        return self._dispatched(x, grad, origin, *map(scalar_tensor, values), *further)

    def _dispatched(self, *arguments: Any) -> Tensor:
        result: Tensor = getattr(torch.ops.pyfrontiers, self.name)(*arguments)
        return result

    def _run(self, out: Tensor, x: Tensor, grad: Tensor, origin: Tensor, *further: Any) -> Tensor:
        call_core(self.name, x, grad, origin, out, *further, searched=bool(self.searched))
        return out

    def _operator(self, x: Tensor, grad: Tensor, origin: Tensor, *arguments: Any) -> Tensor:
        values, further = arguments[:4], arguments[4:]
        check_values(*values)
        values = tuple(value.contiguous() for value in values)
        return self._run(empty_for(x), x, grad, origin, *values, *further)

    def _setup_context(self, ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        ctx.save_for_backward(*inputs[:7], *([output] if self.searched else []))
        ctx.further = inputs[7:]


def call_core(
    kernel: str,
    x: Tensor,
    grad: Tensor | None,
    origin: Tensor,
    out: Tensor,
    *arguments: Value | int,
    searched: bool = True,
) -> None:
    """Run a kernel of the compiled core on a dense `out`, with inputs converted to its layout.

    Args:
        kernel: its name.
        x: input.
        grad: input, or None for a projection.
        origin: input.
        out: output.
        arguments: the kernel's other arguments.
        searched: whether the kernel takes a workspace; it then counts as twice the memory traffic.
    """
    x, origin = (laid_out_as(out, tensor) for tensor in (x, origin))
    grad = None if grad is None else laid_out_as(out, grad)
    layout = layout_of(out, rows=True)
    # These variables keep the tensors alive until the launch.
    near = [on_device_of(out, v) if isinstance(v, Tensor) else v for v in arguments]
    core, where = devices.execution(out, 2 * out.nbytes if searched else out.nbytes)
    needed = core.ball_workspace(layout.outer, layout.channels * layout.inner) if searched else 0
    memory = torch.empty(needed, dtype=torch.uint8, device=out.device) if needed else None
    workspace = (0 if memory is None else memory.data_ptr(), needed)
    getattr(core, kernel)(
        (x.data_ptr(), 0 if grad is None else grad.data_ptr(), origin.data_ptr(), out.data_ptr()),
        DTYPE_CODES[out.dtype],
        tuple(layout),
        *(address_of(v) if isinstance(v, Tensor) else v for v in near),
        *([workspace] if searched else []),
        where,
    )


def samples_of_examples(
    operator: Callable[..., Tensor], tensors: int, values: int
) -> Callable[..., Any]:
    """Return a batching rule for `torch.vmap` that merges the batch into the sample dimension.

    Args:
        operator: the operator.
        tensors: number of leading arguments of the shape of x.
        values: number of parameters after them, each (N or 1, C or 1).
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
