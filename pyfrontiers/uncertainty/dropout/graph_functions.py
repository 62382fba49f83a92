"""The functions and weights of a graph's steps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from pyfrontiers.uncertainty.dropout.pooling import pooling, pools

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.uncertainty.dropout.graph import Read
    from pyfrontiers.uncertainty.dropout.graph_steps import Channels

_IN_PLACE = frozenset({"iadd", "isub", "imul", "itruediv", "setitem", "ipow", "iand", "ior"})


class NotAllowedError(Exception):
    """A step of the graph writes to its inputs, or no channel can be skipped."""


def function_of(graph: Read, node: fx.Node) -> Callable[..., Any]:
    """Return the function of a node, which must not write to its inputs."""
    target: Any = node.target
    module = graph.operations.module(node)
    name = target if isinstance(target, str) else getattr(target, "__name__", "")
    written = node.op != "call_module" and name.endswith("_") and not name.endswith("__")
    if written or node.kwargs.get("inplace") or getattr(module, "inplace", False):
        raise NotAllowedError
    if node.op == "call_method":
        return partial(_method, target)
    if module is None:
        if name in _IN_PLACE:
            raise NotAllowedError
        chosen: Callable[..., Any] = _faster(node) if target is F.max_pool2d else target
        return chosen
    return pooling(module) if pools(module) else module.forward  # type: ignore[arg-type]


def mapped(arguments: Any, value: Callable[[fx.Node], Any]) -> Any:
    """Return arguments with the values of the nodes in them."""
    return fx.node.map_aggregate(
        arguments, lambda each: value(each) if isinstance(each, fx.Node) else each
    )


def factors(layer: Any, columns: Channels | None, norm: Any) -> tuple[Tensor | None, Tensor | None]:
    """Return what the weights of a layer are multiplied by, and its bias.

    Args:
        layer: a linear layer, a convolution or a transposed one.
        columns: the channels of its input, with their factors, or None.
        norm: the batch normalisation with running statistics that follows it, or None.

    Returns:
        Factors that broadcast to the weights, or None for 1, and the bias.
    """
    transposed = isinstance(layer, nn.ConvTranspose2d)
    weight, bias = layer.weight, layer.bias
    factor: Tensor | None = None
    if columns and any(segment.factor != 1.0 for segment in columns):
        own = [weight.new_full((each.size,), each.factor) for each in columns]
        factor = _along(torch.cat(own), weight, 0 if transposed else 1)
    if norm is not None:
        scale = (norm.running_var + norm.eps).rsqrt()
        if norm.weight is not None:
            scale = scale * norm.weight
        shift = -norm.running_mean if bias is None else bias - norm.running_mean
        bias = shift * scale if norm.bias is None else shift * scale + norm.bias
        scale = _along(scale, weight, 1 if transposed else 0)
        factor = scale if factor is None else factor * scale
    return factor, bias


def _along(values: Tensor, weight: Tensor, dim: int) -> Tensor:
    """Return a vector that broadcasts to weights along a dimension."""
    return values.reshape([-1 if each == dim else 1 for each in range(weight.ndim)])


def _method(name: str, h: Any, *args: Any, **kwargs: Any) -> Any:
    return getattr(h, name)(*args, **kwargs)


def _faster(node: fx.Node) -> Any:
    """Return a faster function for max pooling over windows of 2 x 2."""
    if len(node.args) != 2 or node.kwargs:
        return node.target
    function = pooling(nn.MaxPool2d(node.args[1]))  # type: ignore[arg-type]
    return lambda h, *_: function(h)
