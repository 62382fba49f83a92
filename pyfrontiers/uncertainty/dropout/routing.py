"""A mode that knows which module of a replica is running."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from pyfrontiers.uncertainty.dropout.agent import Agent, Call
from pyfrontiers.uncertainty.dropout.layers import MCDropout

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pyfrontiers.replica import Replica


class RoutedMode(TorchFunctionMode, ABC):
    """A mode that knows which module of a replica is running.

    Args:
        replica: the replica that runs. Its modules' forwards are routed through the mode.
        agent: decides how random functions behave.
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
            vars(module)["sampler"] = self.drop_in_layer
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
                f"looked into, got one in {self.running()}; call the function itself"
            ) from error

    def running(self) -> str:
        """Return the name of the module whose forward is running, for messages."""
        name = self.modules[-1] if self.modules else self.failed
        return repr(name) if name else "the model"

    def call(self) -> Call:
        """Return the module and turn of the function call being handled."""
        module = self.modules[-1] if self.modules else ""
        turn = self.calls.get(module, 0)
        self.calls[module] = turn + 1
        return Call(module, turn)

    @abstractmethod
    def drop_in_layer(self, layer: MCDropout, x: Tensor) -> Tensor:
        """Apply the mask of an `MCDropout` layer."""
