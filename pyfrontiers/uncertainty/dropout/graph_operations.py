"""What the operations of a graph do to channels: keep them apart, keep zeros, keep factors."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.uncertainty.dropout.structure import (
    channelwise,
    flattens,
    homogeneous,
    normalises,
    preserves_zero,
)

if TYPE_CHECKING:
    from torch import fx

_HOMOGENEOUS = frozenset({
    F.relu, torch.relu, F.leaky_relu, F.max_pool2d, F.avg_pool2d, F.adaptive_avg_pool2d,
    F.adaptive_max_pool2d, F.interpolate, "relu",
})  # fmt: skip
_ZERO_PRESERVING = frozenset({F.gelu, F.silu, F.elu, F.mish, torch.tanh, F.tanh, "tanh"})
_CHANNELWISE = frozenset({torch.sigmoid, F.sigmoid, "sigmoid", F.softplus})
_ADDITIONS = frozenset({operator.add, operator.iadd, torch.add})
_RELUS = frozenset({F.relu, torch.relu, "relu"})


class Operations:
    """Reads the nodes of a graph.

    Args:
        modules: the modules of the replica that runs, by name.
        shapes: shape of each node's output for one input, or None if it is not a tensor.
    """

    def __init__(
        self, modules: dict[str, nn.Module], shapes: dict[fx.Node, tuple[int, ...] | None]
    ) -> None:
        self.modules, self.shapes = modules, shapes

    def module(self, node: fx.Node) -> nn.Module | None:
        """Return the module that a node calls, or None."""
        return self.modules[str(node.target)] if node.op == "call_module" else None

    def homogeneous(self, node: fx.Node) -> bool:
        """Return whether f(a x) = a f(x) for a > 0, and channels stay apart."""
        module = self.module(node)
        if module is not None:
            apart = homogeneous(module) and not flattens(module)
            return bool(apart) or self._collapses(node) or self.is_identity(node)
        return node.target in _HOMOGENEOUS or self._averages(node) or self._collapses(node)

    def is_identity(self, node: fx.Node) -> bool:
        """Return whether a node returns its input."""
        module = self.module(node)
        empty = type(module) is nn.Sequential and not module._modules
        return empty or type(module) is nn.Identity

    def preserves_zero(self, node: fx.Node) -> bool:
        """Return whether a channel of zeros stays zero, and channels stay apart."""
        module = self.module(node)
        if module is not None and preserves_zero(module) and not flattens(module):
            return True
        return self.homogeneous(node) or node.target in _ZERO_PRESERVING

    def channelwise(self, node: fx.Node) -> bool:
        """Return whether each output channel depends on the same input channel only."""
        module = self.module(node)
        if module is not None and channelwise(module):
            return True
        return self.preserves_zero(node) or node.target in _CHANNELWISE

    def normalises(self, node: fx.Node) -> bool:
        """Return whether a node is batch normalisation with running statistics."""
        module = self.module(node)
        return module is not None and normalises(module)

    def multiplies(self, node: fx.Node) -> bool:
        """Return whether rows and columns of a node's weights can be selected."""
        module, shape = self.module(node), self.shapes[node]
        rank = None if shape is None else len(shape)
        if type(module) is nn.Linear:
            return rank == 2
        if type(module) not in (nn.Conv2d, nn.ConvTranspose2d) or rank != 4:
            return False
        one: Any = module
        return bool(one.groups == 1 and one.padding_mode == "zeros" and len(node.args) == 1)

    def concatenates(self, node: fx.Node) -> bool:
        """Return whether a node concatenates channels."""
        dim = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else 0)
        return node.target in (torch.cat, torch.concat) and bool(dim == 1)

    def adds(self, node: fx.Node) -> bool:
        """Return whether a node adds two tensors of one shape."""
        shapes = [self.shapes[each] for each in node.all_input_nodes]
        plain = node.target in _ADDITIONS and not node.kwargs and len(node.args) == 2
        alike = len(shapes) == 2 and shapes[0] == shapes[1] == self.shapes[node]
        return plain and alike

    def rectifies(self, node: fx.Node) -> bool:
        """Return whether a node computes max(x, 0)."""
        return type(self.module(node)) is nn.ReLU or node.target in _RELUS

    def _averages(self, node: fx.Node) -> bool:
        """Return whether a node takes the mean over the pixels."""
        if node.target not in ("mean", torch.mean):
            return False
        dims = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
        shape = self.shapes[node.all_input_nodes[0]]
        return (
            dims in ((2, 3), [2, 3], (-2, -1), [-2, -1]) and shape is not None and len(shape) == 4
        )

    def _collapses(self, node: fx.Node) -> bool:
        """Return whether a node flattens (N, C, 1, 1) to (N, C)."""
        module = self.module(node)
        flat = module is not None and flattens(module)
        if node.target in ("flatten", torch.flatten):
            flat = tuple(node.args[1:]) == (1,) and not node.kwargs
        if not flat:
            return False
        before, after = self.shapes[node.all_input_nodes[0]], self.shapes[node]
        return before is not None and after == before[:2]
