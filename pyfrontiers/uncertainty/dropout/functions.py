"""The torch functions that draw random numbers, and how to see inside those written in Python.

A `TorchFunctionMode` intercepts the functions that a model calls, but not the functions called by
one such as `F.multi_head_attention_forward`, because the mode is disabled while that one runs.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F

from pyfrontiers.writes import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

#: Functions (input, p, train): whether they drop whole channels, and whether they are alpha
#: dropout. `F.dropout`, `F.dropout2d` and all the others call one of them.
DROPOUTS: dict[str, tuple[bool, bool]] = {
    "dropout": (False, False),
    "native_dropout": (False, False),
    "feature_dropout": (True, False),
    "alpha_dropout": (False, True),
    "feature_alpha_dropout": (True, True),
}
DROPOUTS |= {f"{name}_": kind for name, kind in DROPOUTS.items() if name != "native_dropout"}

#: Recurrent layers, which have dropout between their layers.
RECURRENT = frozenset({"lstm", "gru", "rnn_tanh", "rnn_relu", "quantized_lstm", "quantized_gru"})

_GENERATED = """
    bernoulli bernoulli_ binomial cauchy_ exponential_ geometric_ log_normal_ multinomial normal
    normal_ poisson rand rand_like randint randint_like randn randn_like random_ randperm rrelu
    rrelu_ rrelu_with_noise rrelu_with_noise_ uniform_ trunc_normal_ _sample_dirichlet
    _standard_gamma"""
#: Functions with an argument `generator`.
GENERATED = frozenset(_GENERATED.split())

_FUSED = """
    _cudnn_attention_forward _cudnn_rnn _efficient_attention_forward _flash_attention_forward
    _flash_attention_forward_no_dropout_inplace _fused_dropout _lstm_mps
    _scaled_dot_product_attention_math _scaled_dot_product_attention_math_for_mps
    _scaled_dot_product_cudnn_attention _scaled_dot_product_efficient_attention
    _scaled_dot_product_flash_attention _scaled_dot_product_flash_attention_for_cpu
    _scaled_dot_product_fused_attention_overrideable _triton_scaled_dot_attention miopen_rnn"""
#: Operators with built-in dropout that models rarely call directly; they cannot be sampled.
FUSED = frozenset(_FUSED.split())


def inside(func: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return a function that runs the same code and lets a mode see its calls, or None.

    Functions of `torch.nn.functional` first dispatch to the mode. The result is a copy of the
    function that does not. It exists for functions that call a random function or one that updates
    statistics.
    """
    return _INSIDE.get(func) if isinstance(func, types.FunctionType) else None


def _never(*args: object) -> bool:
    return False


def _insides() -> dict[Callable[..., Any], Callable[..., Any]]:
    scope = dict(vars(F))
    for check in ("", "_unary", "_variadic"):
        scope[f"has_torch_function{check}"] = _never
    wanted = {*DROPOUTS, *GENERATED, *STATISTICS, "scaled_dot_product_attention"}
    wanted |= {"_no_grad_embedding_renorm_"}
    found: dict[Callable[..., Any], Callable[..., Any]] = {}
    for func in vars(F).values():
        if isinstance(func, types.FunctionType) and wanted & set(func.__code__.co_names):
            found[func] = _within(func, scope)
    return found


def _within(func: types.FunctionType, scope: dict[str, Any]) -> types.FunctionType:
    """Return a function with the same code and other globals."""
    copy = types.FunctionType(
        func.__code__, scope, func.__name__, func.__defaults__, func.__closure__
    )
    copy.__kwdefaults__ = func.__kwdefaults__
    return copy


_INSIDE = _insides()

#: `torch.autograd.grad`, whose backward pass a mode sees.
seen_grad: Callable[..., tuple[Tensor | None, ...]] = _within(
    torch.autograd.grad,  # type: ignore[arg-type]  # a function
    {**vars(torch.autograd), "has_torch_function": _never},
)


def is_operator(func: Callable[..., Any]) -> bool:
    """Return whether this is an operator of `torch.ops`, as in an exported graph."""
    return isinstance(func, torch._ops.OpOverload | torch._ops.OpOverloadPacket)


#: Names of the functions that have an `inside`.
SEEN_INSIDE = frozenset(func.__name__ for func in _INSIDE)


def drawing(module: torch.jit.ScriptModule) -> str | None:
    """Return the name of a random function in the code of a TorchScript module, if there is one."""
    graph: Any = module.inlined_graph
    for name in (*DROPOUTS, *GENERATED):
        if graph.findAllNodes(f"aten::{name}", True):
            return name
    for name in (*RECURRENT, *FUSED, "scaled_dot_product_attention"):
        for node in graph.findAllNodes(f"aten::{name}", True):
            # The only constant of this type is the drop probability.
            if any(
                isinstance(value.toIValue(), float) and value.toIValue() for value in node.inputs()
            ):
                return name
    return None


def never_compile(function: Callable[..., Any]) -> None:
    """Tell `torch.compile` to run a function, and everything it calls, uncompiled.

    `torch.compiler.disable` does the same, but imports the compiler, which takes seconds.
    """
    frames: Any = torch._C._dynamo.eval_frame
    if hasattr(frames, "_FrameExecStrategy"):
        skip = frames._FrameAction.SKIP
        code = function.__code__
        frames.set_code_exec_strategy(code, frames._FrameExecStrategy(skip, skip))
