"""A mode that sees every random function that a model calls, without touching the model.

`torch.overrides.TorchFunctionMode` is local to the thread. While it is active, each function of
torch that the model calls arrives here, whether it is called by a layer, by keyword, in place, as
an operator of an exported graph or inside multi-head attention. What happens then is decided by an
`Agent`: a `Survey` notes what is there, a `Sampler` applies masks.
"""

from __future__ import annotations

import inspect
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from pyfrontiers.uncertainty.dropout import decomposed, functions
from pyfrontiers.uncertainty.dropout.agent import Agent, Call
from pyfrontiers.uncertainty.dropout.layers import MCDropout
from pyfrontiers.uncertainty.dropout.masks import keep_scale
from pyfrontiers.writes import STATISTICS, name_of, refuse, written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pyfrontiers.replica import Replica

_SELU = 1.7580993408473766  # -alpha' of alpha dropout, as in torch


class SeeingMode(TorchFunctionMode):
    """Hands the random functions that a replica calls to an agent.

    Args:
        replica: the replica that runs. Its modules' forwards are routed through the mode.
        agent: decides what random functions do.
        training: names of the modules in training mode, which still use their running statistics.
    """

    def __init__(self, replica: Replica, agent: Agent, training: Collection[str] = ()) -> None:
        super().__init__()
        self.replica, self.agent, self.training = replica, agent, training
        self.modules: list[str] = []
        self.failed = ""  # name of the innermost module that raised
        self.calls: dict[str, int] = {}
        self.thread = threading.get_ident()
        self.graphs: set[str] = set()  # modules whose code was recorded, with flags as constants
        for name, module in replica.named_modules():
            self._route(name, module)

    def _route(self, name: str, module: nn.Module) -> None:
        if isinstance(module, torch.jit.ScriptModule):
            return
        if isinstance(module, torch.fx.GraphModule):
            self.graphs.add(name)
        if isinstance(module, MCDropout):
            vars(module)["sampler"] = self._layer
        own = vars(module).get("forward")
        if own is None and type(module).forward is nn.Module.forward:
            return  # a class that overrides `__call__`
        vars(module)["forward"] = partial(self._forward, name, module, own or module.forward)

    def _forward(
        self, name: str, module: nn.Module, forward: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        if threading.get_ident() != self.thread:
            raise ValueError(
                "model must run in one thread, because a mode sees no other, "
                f"got a call of {name!r} in another thread"
            )
        self.modules.append(name)
        try:
            return self.agent.run(name, module, partial(forward, *args, **kwargs))
        except Exception:
            self.failed = self.failed or name
            raise
        finally:
            self.modules.pop()

    def _layer(self, layer: MCDropout, x: Tensor) -> Tensor:
        return self.drop(x, layer.p, layer.granularity == "channel")

    @contextmanager
    def one_pass(self) -> Iterator[nn.Module]:
        """Activate the mode for one pass; yields the module to call."""
        self.modules, self.calls, self.thread = [], {}, threading.get_ident()
        self.failed = ""
        try:
            with self:
                yield self.replica.model
        except RuntimeError as error:
            compiler = type(error).__module__.startswith("torch._dynamo")
            if not compiler and "fullgraph=True found no compiled frames" not in str(error):
                raise
            raise ValueError(
                "model must not call functions compiled with fullgraph=True, which cannot be "
                f"looked into, got one in {self._running()}; call the function itself"
            ) from error

    def _running(self) -> str:
        """Return the name of the module whose forward is running, for messages."""
        name = self.modules[-1] if self.modules else self.failed
        return repr(name) if name else "the model"

    def call(self) -> Call:
        """Return where the function that is being handled was called."""
        module = self.modules[-1] if self.modules else ""
        turn = self.calls.get(module, 0)
        self.calls[module] = turn + 1
        return Call(module, turn)

    def drop(self, x: Tensor, p: float, channels: bool = False) -> Tensor:
        """Apply an active dropout of the model."""
        return self._dropout(channels, False, x, p, True)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Handle a random function; pass any other on."""
        kwargs = kwargs or {}
        name = name_of(func)
        for target in written(name, args, kwargs):
            refuse(target, self.replica.shared)
        handle = _HANDLERS.get(name)
        if handle is not None:
            return handle(self, func, name, args, kwargs)
        return func(*args, **kwargs)

    def _see_inside(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run a function of `torch.nn.functional` with the mode on."""
        inner = functions.inside(func)
        if inner is None:
            return func(*args, **kwargs)
        with self:
            return inner(*args, **kwargs)

    def _normalise(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run batch or instance normalisation with running statistics, where there are any."""
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        module = self.modules[-1] if self.modules else ""
        if module in self.training and len(args) > 5 and args[3] is not None:
            args = (*args[:5], False, *args[6:])
        return func(*args, **kwargs)

    def _any_dropout(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        named = {**dict(zip(("input", "p", "train"), args, strict=False)), **kwargs}
        train = named["train"] is not False  # None of native_dropout means true
        channels, alpha = functions.DROPOUTS[name]
        module = self.modules[-1] if self.modules else ""
        frozen = functions.is_operator(func) or module in self.graphs
        out = self._dropout(
            channels, alpha, named["input"], named["p"], train, name.endswith("_"), frozen
        )
        return (out, torch.ones_like(out, dtype=torch.bool)) if name[0] == "n" else out

    def _dropout(
        self,
        channels: bool,
        alpha: bool,
        x: Tensor,
        p: float,
        train: bool,
        in_place: bool = False,
        frozen: bool = False,
    ) -> Tensor:
        call = self.call()
        drawn = self.agent.mask(call, x, p, train, channels, frozen)
        if drawn is None:
            return x
        kept, p = drawn
        factor = kept.to(x.dtype)
        if alpha and keep_scale(p):
            # A dropped unit becomes -alpha', and the result keeps mean 0 and variance 1.
            scale = ((_SELU * _SELU * p + 1) * (1 - p)) ** -0.5
            shift = (factor - 1) * (_SELU * scale) + _SELU * scale * p
            factor = factor * scale
            masked = x.mul_(factor).add_(shift) if in_place else x * factor + shift
        else:
            factor = factor * keep_scale(p)
            masked = x.mul_(factor) if in_place else x * factor
        self.agent.applied(call, masked)
        return masked

    def _multi_head(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run multi-head attention with its dropout on; the functions inside arrive here."""
        bound = inspect.signature(func).bind(*args, **kwargs)
        bound.apply_defaults()
        bound.arguments["training"] = True
        return self._see_inside(func, name, bound.args, bound.kwargs)

    def _attention(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        named = decomposed.attention_arguments(args, kwargs)
        if named.get("dropout_p", 0.0) > 0:
            return decomposed.attention(named, self.drop)
        return func(*args, **kwargs)

    def _recurrent(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        named = decomposed.recurrent_arguments(args, kwargs)
        if named["dropout"] > 0 and named["num_layers"] > 1:
            if name.startswith("quantized"):
                raise ValueError(
                    "model must not be quantized where it has dropout, which cannot be sampled, "
                    f"got {name} in {self._running()}; pass the model before quantization"
                )
            return decomposed.recurrent(func, named, self.drop)
        return func(*args, **kwargs)

    def _generated(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        if name.startswith("rrelu"):
            given = args[4 if "noise" in name else 3 :]
            if not (given[0] if given else kwargs.get("training")):
                return func(*args, **kwargs)
        device = kwargs.get("device")
        if device is None:
            tensors = (each.device for each in args if isinstance(each, Tensor))
            device = next(tensors, torch.get_default_device())
        generator = self.agent.generator(self.call(), name, torch.device(device))
        if isinstance(func, torch._ops.OpOverload):
            func = func.overloadpacket  # the overload with a generator
        return func(*args, **{**kwargs, "generator": generator})

    def _fused(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a fused operator if its dropout is off."""
        schema = getattr(torch.ops.aten, name).default._schema
        given = {
            **dict(zip((each.name for each in schema.arguments), args, strict=False)),
            **kwargs,
        }
        if given.get("dropout_p", given.get("dropout", given.get("p", 0.0))):
            raise ValueError(
                f"model must not call the fused operator {name} with dropout, which cannot be "
                f"sampled, got such a call in {self._running()}; use "
                "F.scaled_dot_product_attention, or the layers of torch.nn"
            )
        return func(*args, **kwargs)

    def _fractional(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run fractional max-pooling, which draws its regions, with the mode on."""
        with_indices = getattr(F, f"{name}_with_indices")
        return self._see_inside(with_indices, name, args, kwargs)[0]


# Functions that `torch.compile` has compiled call the mode too, but must not compile it.
functions.never_compile(SeeingMode.__torch_function__)

_HANDLERS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(functions.DROPOUTS, SeeingMode._any_dropout),
    **dict.fromkeys(functions.GENERATED, SeeingMode._generated),
    **dict.fromkeys(functions.FUSED, SeeingMode._fused),
    **dict.fromkeys(functions.RECURRENT, SeeingMode._recurrent),
    **dict.fromkeys(("fractional_max_pool2d", "fractional_max_pool3d"), SeeingMode._fractional),
    **{
        name: SeeingMode._see_inside
        for name in functions.SEEN_INSIDE
        if name not in functions.DROPOUTS and name not in functions.GENERATED
    },
    **dict.fromkeys(STATISTICS, SeeingMode._normalise),
    "scaled_dot_product_attention": SeeingMode._attention,
    "multi_head_attention_forward": SeeingMode._multi_head,
}
