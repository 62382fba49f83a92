"""Passes through the graph of a model, in which dropped channels are skipped.

A dropout's channels are skipped between the layer that makes them and those that read them:
forwards, until a convolution or linear layer has selected its columns, and backwards, up to the
layer that needs to compute these rows only. Everywhere else tensors hold all channels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, fx, nn

from pyfrontiers.outputs import scores
from pyfrontiers.uncertainty.dropout.graph_operations import Operations
from pyfrontiers.uncertainty.dropout.graph_steps import Kept, Step, Value
from pyfrontiers.uncertainty.dropout.masks import drops_channels, is_dropout, probability
from pyfrontiers.uncertainty.dropout.tracing import NotTraceableError, Traced

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.dropout.kept import Dropout
    from pyfrontiers.uncertainty.dropout.masks import MaskSource
    from pyfrontiers.uncertainty.dropout.survey import Survey


@dataclass(frozen=True)
class Read:
    """A traced model with what is known of its nodes.

    Attributes:
        traced: the graph.
        operations: what each node does to channels.
        numbers: number of each dropout's node, in the order of the calls, inactive ones included.
        active: drop probability of each active dropout's node.
        random: nodes that depend on a mask.
        inputs: number N of inputs.
    """

    traced: Traced
    operations: Operations
    numbers: dict[fx.Node, int]
    active: dict[fx.Node, float]
    random: frozenset[fx.Node]
    inputs: int

    @property
    def nodes(self) -> list[fx.Node]:
        """The nodes in the order of the calls."""
        return list(self.traced.graph.nodes)

    def layer(self, node: fx.Node) -> Any:
        """Return the module that a node calls."""
        return self.traced.modules[str(node.target)]

    def is_off(self, node: fx.Node) -> bool:
        """Return whether a node is a dropout that is inactive."""
        return node in self.numbers and node not in self.active

    def selects(self, node: fx.Node) -> bool:
        """Return whether a dropout masks whole channels, or features of (N, F)."""
        shape = self.operations.shapes[node]
        rank = 0 if shape is None else len(shape)
        return rank == 2 or (rank == 4 and drops_channels(self.layer(node)))


def read(model: nn.Module, x: Tensor, found: Survey, p: float | None) -> Read | None:
    """Trace a model whose only random part is dropout layers.

    Args:
        model: the model.
        x: (N, ...) inputs.
        found: what is random in the model.
        p: drop probability of all layers, or None to use each layer's own.

    Returns:
        None if it cannot be traced, or is random otherwise.
    """
    if not found.only({call.module for call in found.look.on}, len(found.look.on)):
        return None  # tracing would run code that writes or draws
    try:
        traced = Traced(model)
    except NotTraceableError:
        return None
    layers = [
        node
        for node in traced.graph.nodes
        if node.op == "call_module" and is_dropout(traced.modules[str(node.target)])
    ]
    if not found.only({str(node.target) for node in layers}, len(layers)):
        return None
    values = run_nodes(traced, list(traced.graph.nodes), {}, x[:1].clone())
    shapes = {
        node: tuple(value.shape) if isinstance(value, Tensor) else None
        for node, value in values.items()
    }
    chances = [probability(traced.modules[str(node.target)], p) for node in layers]
    active = {node: chance for node, chance in zip(layers, chances, strict=True) if chance > 0}
    random: set[fx.Node] = set()
    for node in traced.graph.nodes:
        if node in active or random.intersection(node.all_input_nodes):
            random.add(node)
    numbers = {node: number for number, node in enumerate(layers)}
    operations = Operations(traced.modules, shapes)
    return Read(traced, operations, numbers, active, frozenset(random), len(x))


def run_nodes(
    traced: Traced, nodes: list[fx.Node], values: dict[fx.Node, Any], x: Tensor
) -> dict[fx.Node, Any]:
    """Run nodes as the model would, without masks; return their values."""
    for node in nodes:
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), lambda each: values[each])
        target: Any = node.target
        if node.op == "placeholder":
            values[node] = x
        elif node.op == "get_attr":
            values[node] = traced.constants[target]
        elif node.op == "call_module":
            values[node] = traced.modules[target](*args, **kwargs)
        elif node.op == "call_method":
            values[node] = getattr(args[0], target)(*args[1:], **kwargs)
        elif node.op == "call_function":
            values[node] = target(*args, **kwargs)
        else:
            values[node] = args[0]
    return values


@dataclass
class GraphPasses:
    """The steps of a pass and the values that all passes share.

    Attributes:
        steps: the steps.
        dropouts: the active dropouts, in the order of the calls.
        selected: for each of them, whether its channels are skipped.
        shapes: for each of them, the shape of its mask without the batch.
        shared: values of the prefix by their places, None elsewhere.
        output: the model's output, with a `Value` for each tensor.
        prefix: names of the modules in the prefix.
        device: device of the inputs.
    """

    steps: tuple[Step, ...]
    dropouts: tuple[Dropout, ...]
    selected: tuple[bool, ...]
    shapes: tuple[tuple[int, ...], ...]
    shared: tuple[Any, ...]
    output: Any
    prefix: tuple[str, ...]
    device: torch.device
    _frees: tuple[tuple[int, ...], ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        """Find the last use of each value."""
        last: dict[int, int] = {}
        for number, step in enumerate(self.steps):
            last.update(dict.fromkeys(step.sources, number))
        needed = {each.place for each in _values(self.output)}
        frees: list[list[int]] = [[] for _ in self.steps]
        for place, number in last.items():
            if place not in needed and self.shared[place] is None:
                frees[number].append(place)
        self._frees = tuple(map(tuple, frees))

    def passes(self, masks: MaskSource, first_sample: int, count: int) -> Tensor:
        """Return the raw outputs (count, N, K, ...) of `count` passes."""
        drawn = [
            masks.kept(each.number, (each.units,), each.p, first_sample, count)
            if selected
            else None
            for each, selected in zip(self.dropouts, self.selected, strict=True)
        ]
        return torch.stack([self._one(masks, drawn, first_sample, t) for t in range(count)])

    def _one(
        self, masks: MaskSource, drawn: list[Tensor | None], first_sample: int, turn: int
    ) -> Tensor:
        values = list(self.shared)
        kept, empty = list[Tensor](), set[int]()
        for dropout, bulk, shape in zip(self.dropouts, drawn, self.shapes, strict=True):
            if bulk is None:
                sample = first_sample + turn
                kept.append(masks.kept(dropout.number, shape, dropout.p, sample, 1)[0])
                continue
            index = bulk[turn].nonzero()[:, 0]
            if not len(index):
                empty.add(len(kept))
                index = index.new_zeros(1)
            kept.append(index.to(self.device))
        masks_of_pass = Kept(kept, empty)
        for step, frees in zip(self.steps, self._frees, strict=True):
            step(values, masks_of_pass)
            for place in frees:
                values[place] = None
        return scores(fx.node.map_aggregate(self.output, lambda each: _resolved(each, values)))


def _resolved(each: Any, values: list[Any]) -> Any:
    return values[each.place] if isinstance(each, Value) else each


def _values(output: Any) -> list[Value]:
    found: list[Value] = []
    fx.node.map_aggregate(
        output, lambda each: found.append(each) if isinstance(each, Value) else None
    )
    return found
