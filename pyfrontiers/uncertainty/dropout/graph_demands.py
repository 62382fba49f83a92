"""Find the channels of a graph that no layer needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import fx

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.dropout.graph import Read

# Seconds per weight of a layer, and per multiplication, as in `costs.py`.
_PACKING, _MULTIPLICATION = 0.3e-9, 1 / 38e9


class Demands:
    """Which channels the nodes of a graph need, found from the last node to the first.

    Args:
        graph: the graph.

    Attributes:
        indices: index of each active dropout.
        selected: for each active dropout, whether its channels are skipped.
        only: for each node, the only dropout whose channels are needed; None if all are.
    """

    def __init__(self, graph: Read) -> None:
        self.graph = graph
        self.indices = {node: index for index, node in enumerate(graph.active)}
        self.selected = {
            node: graph.selects(node) and self.absorbing(node) for node in graph.active
        }
        self.only = self._needed()
        for node in self.selected:
            self.selected[node] &= self._pays(node)
        self.only = self._needed()

    def absorbing(self, node: fx.Node) -> bool:
        """Return whether a layer selects columns for the channels of a node."""
        reads = self.graph.operations
        return any(
            reads.multiplies(user)
            or ((reads.preserves_zero(user) or reads.concatenates(user)) and self.absorbing(user))
            for user in node.users
        )

    def foldable(self, node: fx.Node) -> bool:
        """Return whether a factor of a node's channels can be moved into the next weights."""
        reads = self.graph.operations
        return all(
            reads.multiplies(user)
            or (reads.homogeneous(user) and self.foldable(user))
            or (reads.concatenates(user) and self.absorbing(user) and self.foldable(user))
            for user in node.users
        )

    def _needed(self) -> dict[fx.Node, int | None]:
        """Return for each node the only dropout whose channels are needed, or None for all."""
        reads, only = self.graph.operations, dict[fx.Node, int | None]()
        for node in reversed(self.graph.nodes):
            needs = set[int | None]()
            for user in node.users:
                if user in self.graph.active:
                    needs.add(self.indices[user] if self.selected[user] else None)
                elif self.graph.is_off(user) or reads.channelwise(user) or reads.normalises(user):
                    needs.add(only[user])
                else:
                    needs.add(None)
            only[node] = needs.pop() if len(needs) == 1 else None
        return only

    def _pays(self, node: fx.Node) -> bool:
        """Return whether skipping a dropout's channels saves more than packing weights costs."""
        saved = 0.0
        index, p = self.indices[node], self.graph.active[node]
        for layer in self.graph.nodes:
            if layer not in self.graph.random or not self.graph.operations.multiplies(layer):
                continue
            rows, columns = self.only[layer] == index, self._reaches(node, layer)
            if rows or columns:
                weight: Any = self.graph.layer(layer).weight
                shape = self.graph.operations.shapes[layer]
                assert shape is not None
                work = self.graph.inputs * torch.Size(shape).numel() * weight[0].numel()
                saved += (rows + columns) * p * work * _MULTIPLICATION
                saved -= weight.numel() * _PACKING / (rows + columns)
        return saved > 0

    def _reaches(self, node: fx.Node, layer: fx.Node) -> bool:
        reads = self.graph.operations
        return any(
            user is layer
            or (
                not reads.multiplies(user)
                and (reads.preserves_zero(user) or reads.concatenates(user))
                and self._reaches(user, layer)
            )
            for user in node.users
        )
