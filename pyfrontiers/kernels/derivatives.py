"""Derivatives of the kernels' operators, in reverse and forward mode and under torch.func.

`torch.library.register_autograd` covers the backward pass only: forward-mode AD through such an
operator silently gives zero tangents, and `torch.func.grad` rejects it. So an operator gets a
kernel for torch's Autograd dispatch key, as torch's built-in operators have one. It records a
single-level `autograd.Function` with both formulas and calls the operator again below this key;
each level of nested transforms (grad, jvp, vmap) then takes its turn in the dispatcher.

In forward mode and under torch.func, an argument by which an operator cannot be differentiated
raises an error, because a zero derivative would be wrong. In plain eager mode such arguments are
constants, as documented at each kernel.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch._functorch.utils import enable_single_level_autograd_function
from torch.autograd import forward_ad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Formula = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Derivative:
    """How an operator is differentiated.

    Attributes:
        by: the arguments that have a derivative.
        setup_context: (ctx, inputs, output), saves what the formulas need; tensors with
            `ctx.save_for_backward`.
        backward: (ctx, *gradients of the outputs), returns one gradient or None per argument.
        jvp: (ctx, *tangents), with one tangent or None for each of `by`; returns the tangents of
            the outputs.
        flat: arguments whose derivative is zero wherever it exists.
    """

    by: tuple[str, ...] = ()
    setup_context: Formula | None = None
    backward: Formula | None = None
    jvp: Formula | None = None
    flat: tuple[str, ...] = ()


def in_transform() -> bool:
    """Whether a transform of torch.func is active: grad, vjp, jvp, vmap or a composition."""
    return torch._C._functorch.peek_interpreter_stack() is not None


def in_forward_mode() -> bool:
    """Whether tensors may carry tangents."""
    return forward_ad._current_level >= 0


def followed() -> bool:
    """Whether a dropped derivative could go unnoticed: forward mode, torch.func, programs."""
    return torch.compiler.is_compiling() or in_transform() or in_forward_mode()


def carries_derivatives(value: Tensor) -> bool:
    """Whether a tensor has a tangent, or belongs to a transform of torch.func."""
    if torch.compiler.is_compiling():
        return False
    if in_transform() and torch._C._functorch.is_functorch_wrapped_tensor(value):
        return True
    return in_forward_mode() and forward_ad.unpack_dual(value).tangent is not None  # type: ignore[no-untyped-call]  # torch lacks annotations


def check_constant(name: str, value: Tensor) -> None:
    """Accept a tensor whose derivatives may be dropped.

    Raises:
        NotImplementedError: a tensor with a tangent, or of a transform of torch.func.
    """
    if carries_derivatives(value):
        raise NotImplementedError(
            f"{name} must be constant here, where derivatives end, got a tensor with a tangent or "
            "inside torch.func; detach it"
        )


def register(library: torch.library.Library, name: str, derivative: Derivative) -> None:
    """Register an operator's derivative with torch's dispatcher."""
    operator = getattr(getattr(torch.ops, library.ns), name).default
    function = _function(operator, name, derivative)

    def autograd_kernel(keys: Any, *arguments: Any) -> Any:
        # Inside torch.func and under a dual level, only torch knows which inputs carry tangents.
        recording = torch.is_grad_enabled() and torch._C._any_requires_grad(*arguments)
        if recording or in_forward_mode() or in_transform():
            with enable_single_level_autograd_function():
                return function.apply(*arguments, keys)
        return _below_autograd(operator, keys, arguments)

    library.impl(name, autograd_kernel, "Autograd", with_keyset=True)  # type: ignore[no-untyped-call]  # likewise


def _below_autograd(operator: Any, keys: Any, arguments: Sequence[Any]) -> Any:
    with torch._C._AutoDispatchBelowAutograd():
        return operator.redispatch(keys & torch._C._after_autograd_keyset, *arguments)


def _for_outer_levels() -> ExitStack:
    """Re-enable for outer transforms what torch disables while it calls a formula."""
    modes = ExitStack()
    if in_transform():
        modes.enter_context(torch.enable_grad())
        modes.enter_context(forward_ad._set_fwd_grad_enabled(True))
    return modes


def _function(operator: Any, name: str, derivative: Derivative) -> Any:
    names = tuple(argument.name for argument in operator._schema.arguments)
    unknown = {*derivative.by, *derivative.flat}.difference(names)
    if unknown:
        raise ValueError(f"by and flat must name arguments of {name}, got {sorted(unknown)}")

    def forward(ctx: Any, *arguments: Any) -> Any:
        *inputs, keys = arguments
        ctx.set_materialize_grads(False)
        with _for_outer_levels():
            result = _below_autograd(operator, keys, inputs)
        outputs = result if isinstance(result, tuple) else (result,)
        ctx.results = tuple((output.shape, output.dtype) for output in outputs)
        if derivative.setup_context is not None:
            derivative.setup_context(ctx, tuple(inputs), result)
            ctx.save_for_forward(*ctx.to_save or ())
        return result

    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Any, ...]:
        given = next((gradient for gradient in gradients if gradient is not None), None)
        if given is None:
            return (None,) * (len(names) + 1)
        if derivative.backward is None or in_transform():
            _refuse(name, names, derivative, ctx.needs_input_grad, "a gradient")
        filled = [
            given.new_zeros(shape, dtype=dtype) if each is None else each
            for each, (shape, dtype) in zip(gradients, ctx.results, strict=True)
        ]
        return *derivative.backward(ctx, *filled), None  # type: ignore[misc]  # it is not None here

    def jvp(ctx: Any, *tangents: Tensor | None) -> Any:
        given = {n: t for n, t in zip(names, tangents, strict=False) if t is not None}
        _refuse(name, names, derivative, [n in given for n in names], "a tangent")
        chosen = [given.get(argument) for argument in derivative.by]
        if all(tangent is None for tangent in chosen):
            any_tangent = next(iter(given.values()))
            flat = [any_tangent.new_zeros(shape, dtype=dtype) for shape, dtype in ctx.results]
            return tuple(flat) if len(flat) > 1 else flat[0]
        saved = tuple(_primal(tensor) for tensor in ctx.saved_tensors)
        state = SimpleNamespace(**vars(ctx), saved_tensors=saved)
        with _for_outer_levels():
            return derivative.jvp(state, *chosen)  # type: ignore[misc]  # it is not None where `by` is not empty

    members = {"forward": forward, "backward": backward, "jvp": jvp}
    base = torch.autograd.function._SingleLevelFunction
    return type(f"{name}_derivative", (base,), {k: staticmethod(f) for k, f in members.items()})


def _primal(tensor: Tensor | None) -> Tensor | None:
    """Return a tensor without its tangent at this level, but with those at outer levels."""
    if tensor is None or not tensor.is_floating_point():
        return tensor
    primal: Tensor = torch._VF._unpack_dual(tensor, level=0)[0]
    return primal


def _refuse(
    name: str, names: Sequence[str], derivative: Derivative, has: Sequence[bool], what: str
) -> None:
    for argument, carries in zip(names, has, strict=False):
        if carries and argument not in derivative.by + derivative.flat:
            raise NotImplementedError(
                f"{argument} must be constant in {name}, which has no derivative with respect to "
                f"it, got a tensor with {what}; detach it"
            )
