"""Decide which channels each step of a graph computes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, fx, nn

from pyfrontiers.uncertainty.dropout.few_pixels import Order, is_few, packed, tiles
from pyfrontiers.uncertainty.dropout.graph import GraphPasses, Read, read, run_nodes
from pyfrontiers.uncertainty.dropout.graph_demands import Demands
from pyfrontiers.uncertainty.dropout.graph_functions import (
    NotAllowedError,
    factors,
    function_of,
    mapped,
)
from pyfrontiers.uncertainty.dropout.graph_steps import (
    Call,
    Channels,
    Drop,
    Expand,
    InPlace,
    Mask,
    Multiply,
    Normalise,
    Segment,
    Step,
    Value,
)
from pyfrontiers.uncertainty.dropout.kept import Dropout, channels_last
from pyfrontiers.uncertainty.dropout.masks import keep_scale

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.dropout.survey import Survey


def graph_passes(model: nn.Module, x: Tensor, found: Survey, p: float | None) -> GraphPasses | None:
    """Plan passes through the graph of a model, or return None if no channel can be skipped.

    Args:
        model: the model.
        x: (N, ...) inputs; not written to.
        found: what is random in the model.
        p: drop probability of all layers, or None to use each layer's own.
    """
    graph = read(model, x, found, p)
    if graph is None:
        return None
    try:
        return _Planner(graph).plan(x)
    except NotAllowedError:
        return None


@dataclass
class _Planner:
    """Converts the nodes of a graph to steps, one after the other."""

    graph: Read
    steps: list[Step] = field(default_factory=list)
    places: dict[fx.Node, int] = field(default_factory=dict)
    full: dict[fx.Node, int] = field(default_factory=dict)  # places of expanded tensors
    zeros: dict[fx.Node, Channels] = field(default_factory=dict)  # tensors without zero channels
    part: dict[fx.Node, int] = field(default_factory=dict)  # tensors with a dropout's channels only
    fresh: set[fx.Node] = field(default_factory=set)  # tensors that a later step may overwrite
    size: int = 0  # number of places

    def __post_init__(self) -> None:
        self.demands = Demands(self.graph)

    def plan(self, x: Tensor) -> GraphPasses:
        graph, nodes = self.graph, self.graph.nodes
        if not any(self.demands.selected.values()):
            raise NotAllowedError
        prefix = [node for node in nodes if node not in graph.random]
        values = run_nodes(graph.traced, prefix, {}, channels_last(x.clone()))
        self.places = {node: place for place, node in enumerate(nodes)}
        self.size = len(nodes)
        for node in nodes:
            if node in graph.random and node.op != "output":
                self.read(node)
        output = self._filled(nodes[-1].args[0])
        shared: list[Any] = [None] * self.size
        for node, value in values.items():
            shared[self.places[node]] = value
        names = [str(node.target) for node in prefix if node.op == "call_module"]
        selected = tuple(self.demands.selected.values())
        dropouts = tuple(map(self._dropout, graph.active))
        shapes = tuple(map(self._shape, graph.active))
        return GraphPasses(
            tuple(self.steps), dropouts, selected, shapes, tuple(shared), output, tuple(names),
            x.device,
        )  # fmt: skip

    # The steps, from the first to the last.

    def read(self, node: fx.Node) -> None:
        """Add the steps of a node."""
        reads = self.graph.operations
        source = node.all_input_nodes[0]
        if node in self.graph.active:
            self.drop(node, source)
        elif self.graph.is_off(node) or reads.is_identity(node):
            self.alias(node, source)
        elif reads.multiplies(node):
            self.multiply(node, source)
        elif reads.normalises(node) and source in self.folded(node):
            self.alias(node, source)
        elif reads.normalises(node) and source in self.part:
            self.normalise(node, source)
        elif reads.concatenates(node) and self.demands.absorbing(node):
            self.concatenate(node)
        elif len(node.all_input_nodes) == 1 and self.apart(node, source):
            self.apply(node, source)
        elif reads.adds(node):
            self.sum(node)
        else:
            self.call(node)

    def drop(self, node: fx.Node, source: fx.Node) -> None:
        """Select the kept channels, or multiply by the mask."""
        index, scale = self.demands.indices[node], keep_scale(self.graph.active[node])
        if not self.demands.selected[node]:
            self.add(Mask(self.places[node], self.filled(source), index, scale))
            self.fresh.add(node)
            return
        folds = self.demands.foldable(node)
        units = self._dropout(node).units
        holds = self.part.get(source) == index
        place = self.places[source] if holds else self.filled(source)
        self.add(Drop(self.places[node], place, index, holds, 1.0 if folds else scale))
        self.zeros[node] = (Segment(index, units, scale if folds else 1.0),)
        if source in self.fresh and holds:
            self.fresh.add(node)

    def multiply(self, node: fx.Node, source: fx.Node) -> None:
        """Multiply by the rows and columns that are needed."""
        layer: Any = self.graph.layer(node)
        columns = self.zeros.get(source)
        place = self.places[source] if columns else self.filled(source)
        norm = next(iter(self.followers(node)), None)
        factor, bias = factors(layer, columns, None if norm is None else self.graph.layer(norm))
        rows = self.demands.only[node if norm is None else norm]
        shape = self.graph.operations.shapes[node]
        assert shape is not None
        both = columns is not None and rows is not None
        few = not both and is_few(layer, shape, self.graph.inputs)
        order: Order = "tiles" if tiles(layer) else "torch"
        if few:
            order = "rows" if rows is not None else "columns"
        weight = packed(
            layer.weight, factor, order if few else "tiles" if tiles(layer) else "torch"
        )
        self.add(Multiply(self.places[node], place, layer, weight, bias, columns, rows, few))
        self.fresh.add(node)
        if rows is not None:
            self.part[node] = rows

    def followers(self, node: fx.Node) -> list[fx.Node]:
        """Return the batch normalisation that only follows a layer, if its weights include it."""
        users = list(node.users)
        reads = self.graph.operations
        return users if len(users) == 1 and reads.normalises(users[0]) else []

    def folded(self, node: fx.Node) -> list[fx.Node]:
        """Return the layer whose weights include a batch normalisation."""
        source = node.all_input_nodes[0]
        random = source in self.graph.random and self.graph.operations.multiplies(source)
        return [source] if random and self.followers(source) == [node] else []

    def normalise(self, node: fx.Node, source: fx.Node) -> None:
        """Normalise the channels that a dropout needs."""
        layer, rows = self.graph.layer(node), self.part[source]
        self.add(Normalise(self.places[node], self.places[source], layer, rows))
        self.part[node] = rows
        self.fresh.add(node)

    def concatenate(self, node: fx.Node) -> None:
        """Concatenate channels; those that are zero are left out."""
        parts: list[fx.Node] = list(node.args[0])  # type: ignore[arg-type]  # nodes
        channels: list[Segment] = []
        places = []
        for each in parts:
            shape = self.graph.operations.shapes[each]
            assert shape is not None
            channels += self.zeros.get(each) or (Segment(None, shape[1]),)
            places.append(self.places[each] if each in self.zeros else self.filled(each))
        self.add(Call(self.places[node], torch.cat, ([Value(each) for each in places], 1), {}))
        if any(segment.dropout is not None for segment in channels):
            self.zeros[node] = tuple(channels)
        self.fresh.add(node)

    def apart(self, node: fx.Node, source: fx.Node) -> bool:
        """Return whether a node can run on the channels that its input holds."""
        reads = self.graph.operations
        if source in self.zeros:
            return reads.preserves_zero(node)
        return source in self.part and reads.channelwise(node)

    def apply(self, node: fx.Node, source: fx.Node) -> None:
        """Run a function on the channels that its input holds."""
        self.call(node, {source: self.places[source]})
        if source in self.zeros:
            self.zeros[node] = self.zeros[source]
        if source in self.part:
            self.part[node] = self.part[source]

    def sum(self, node: fx.Node) -> None:
        """Add two tensors, into one of them if nothing else uses it."""
        one, other = node.all_input_nodes
        if not self.spare(one):
            one, other = other, one
        if not self.spare(one):
            self.call(node)
            return
        sources = self.filled(one), self.filled(other)
        self.add(InPlace(self.places[node], sources, Tensor.add_))
        self.fresh.add(node)

    def call(self, node: fx.Node, places: dict[fx.Node, int] | None = None) -> None:
        """Run any function, by default on all channels."""
        source, reads = node.all_input_nodes[0], self.graph.operations
        places = places or {each: self.filled(each) for each in node.all_input_nodes}
        place = self.places[node]
        self.fresh.add(node) if reads.rectifies(node) or reads.adds(node) else None
        if reads.rectifies(node):
            function = torch.relu_ if self.spare(source) else torch.relu
            self.add(InPlace(place, (places[source],), function))
            return
        args, kwargs = mapped((node.args, dict(node.kwargs)), lambda each: Value(places[each]))
        self.add(Call(place, function_of(self.graph, node), args, kwargs))

    def alias(self, node: fx.Node, source: fx.Node) -> None:
        """Give a node the value of its input."""
        self.places[node] = self.places[source]
        for known in (self.zeros, self.part, self.full):
            if source in known:
                known[node] = known[source]  # type: ignore[assignment]
        if self.spare(source):
            self.fresh.add(node)

    # The parts of these.

    def add(self, step: Step) -> None:
        self.steps.append(step)

    def spare(self, node: fx.Node) -> bool:
        """Return whether the only step that uses a node's value may overwrite it."""
        return node in self.fresh and len(node.users) == 1 and node not in self.full

    def filled(self, node: fx.Node) -> int:
        """Return the place of a node's tensor with all channels."""
        if node not in self.zeros:
            return self.places[node]
        if node not in self.full:
            self.full[node], self.size = self.size, self.size + 1
            self.add(Expand(self.full[node], self.places[node], self.zeros[node]))
        return self.full[node]

    def _filled(self, output: Any) -> Any:
        return mapped(output, lambda each: Value(self.filled(each)))

    def _shape(self, node: fx.Node) -> tuple[int, ...]:
        shape = self.graph.operations.shapes[node]
        assert shape is not None
        return shape[1:2] if self.graph.selects(node) else shape[1:]

    def _dropout(self, node: fx.Node) -> Dropout:
        units = torch.Size(self._shape(node)).numel()
        p = self.graph.active[node]
        return Dropout(self.graph.layer(node), self.graph.numbers[node], units, p)
