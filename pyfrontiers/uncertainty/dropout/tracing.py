"""Record the graph of a model's forward, without touching other threads or the model.

`torch.fx.symbolic_trace` patches `torch.nn.Module` for the whole process. Here a replica is called
with a proxy, and only its own modules are routed through the recorder.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, fx, nn

from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.masks import is_dropout
from pyfrontiers.uncertainty.dropout.structure import only_forwards, standard
from pyfrontiers.writes import WriteGuard, WriteRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable


class NotTraceableError(Exception):
    """The model's forward cannot be recorded as a graph."""


class _Recorder(fx.proxy.GraphAppendingTracer):
    """Appends what proxies do to a graph; tensors that the model holds become constants."""

    def __init__(self, graph: fx.Graph) -> None:
        super().__init__(graph)
        self.constants: dict[str, Tensor] = {}

    def create_arg(self, a: Any) -> Any:
        if isinstance(a, Tensor):
            name = f"constant_{len(self.constants)}"
            self.constants[name] = a
            return self.graph.create_node("get_attr", name)
        return super().create_arg(a)


class Traced:
    """The graph of a model.

    Attributes:
        graph: its nodes; a `call_module` has the module's name as target, and a `get_attr` the name
            of a constant.
        modules: the modules of the replica that runs, by name.
        constants: the tensors that the forward uses outside of torch's own modules.
    """

    def __init__(self, model: nn.Module) -> None:
        running, recorded = replicate(model), replicate(model)
        if not all(_ordinary(module) for module in running.model.modules()):
            raise NotTraceableError
        self.modules = dict(running.named_modules())
        self.graph = fx.Graph()
        recorder = _Recorder(self.graph)
        for name, module in recorded.named_modules():
            leaf = is_dropout(module) or (standard(module) and not module._modules)
            route = partial(_forward, recorder, name if leaf else None, module.forward)
            vars(module)["forward"] = route
        given = fx.Proxy(self.graph.create_node("placeholder", "x"), recorder)
        try:
            with WriteGuard(recorded.shared):
                output = recorded.model(given)
            self.graph.output(recorder.create_arg(output))
        except (Exception, WriteRefusedError) as error:  # whatever code raises, given a proxy
            raise NotTraceableError from error
        self.constants = recorder.constants


def _forward(
    recorder: _Recorder, leaf: str | None, forward: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Record the call of a module without submodules by its name; run any other forward."""
    given = torch.utils._pytree.tree_leaves((args, kwargs))
    if leaf is not None and any(isinstance(each, fx.Proxy) for each in given):
        return recorder.create_proxy("call_module", leaf, args, kwargs)
    return forward(*args, **kwargs)


def _ordinary(module: nn.Module) -> bool:
    """Return whether calling a module only calls its forward."""
    if (
        isinstance(module, torch.jit.ScriptModule)
        or type(module).__call__ is not nn.Module.__call__
    ):
        return False
    hooks = module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module)
    return not hooks and (not standard(module) or only_forwards(module))
