"""The passes over one batch, computed in the fastest way that gives them."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from pyfrontiers.first_run import first_run
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.chain import after_prefix, drops_only_in_layers, is_plain
from pyfrontiers.uncertainty.dropout.costs import costs, stacked_passes
from pyfrontiers.uncertainty.dropout.graph_planning import graph_passes
from pyfrontiers.uncertainty.dropout.pooling import pooled_early
from pyfrontiers.uncertainty.dropout.replay import Replay, deterministic
from pyfrontiers.uncertainty.dropout.survey import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from pyfrontiers.replica import Replica
    from pyfrontiers.uncertainty.dropout.costs import Costs
    from pyfrontiers.uncertainty.dropout.graph import GraphPasses
    from pyfrontiers.uncertainty.dropout.kept import KeptChannels
    from pyfrontiers.uncertainty.dropout.masks import MaskSource
    from pyfrontiers.uncertainty.dropout.survey import Survey
    from pyfrontiers.uncertainty.passes import Passes


@dataclass(frozen=True, slots=True)
class Prepared:
    """How the passes over one batch are computed.

    Attributes:
        passes: the function that computes them.
        skips_channels: whether it skips dropped channels.
        replica: a replica of the model.
        found: the model's random operations, or None if it has none.
        chain: the steps after the prefix, for a chain whose channels can be skipped; else None.
        cost: their estimated cost; None if it was not needed.
        graph: the steps of a pass through the graph of any other model, if that skips channels.
        replay: runs the passes of a model that is no chain.
    """

    passes: Passes
    skips_channels: bool
    replica: Replica
    found: Survey | None
    chain: KeptChannels | None = None
    cost: Costs | None = None
    graph: GraphPasses | None = None
    replay: Replay | None = None


@contextmanager
def prepared_passes(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, kept_channels: bool | None
) -> Iterator[Prepared]:
    """Prepare passes over one batch. Neither the model nor `x` is written to.

    Args:
        model: as for `mc_dropout`.
        x: as for `mc_dropout`.
        masks: the mask source.
        p: as for `mc_dropout`.
        kept_channels: as for `mc_dropout`.
    """
    with deterministic():
        replica, found, planned = replicate(model), None, None
        with first_run(x):
            if not is_plain(replica.model):
                found = survey(model, x)
            if kept_channels is not False and drops_only_in_layers(replica, found):
                planned = _planned(replica.model, x.clone(), masks, p, kept_channels)
        if planned:
            passes, kept, cost = planned
            skips = cost is None or not cost.stacks
            yield Prepared(_checked(passes, x), skips, replica, found, kept, cost)
            return
        with first_run(x):
            found = found or survey(model, x)
        if kept_channels is not False and (skipping := _skipping(model, x, found, masks, p)):
            graph, passes, replay = skipping
            yield Prepared(_checked(passes, x), True, replica, found, graph=graph, replay=replay)
            return
        if kept_channels:
            raise ValueError(
                "kept_channels must be None or False unless the model feeds dropped channels to a "
                "convolution or linear layer, got True"
            )
        with first_run(x):
            replay = Replay(model, x, found, masks, p)
            _require_dropout(replay)
        yield Prepared(_checked(replay.passes, x), False, replica, found, replay=replay)


def _skipping(
    model: nn.Module, x: Tensor, found: Survey, masks: MaskSource, p: float | None
) -> tuple[GraphPasses, Passes, Replay] | None:
    """Plan passes through the model's graph.

    Returns:
        The graph, the function that computes the passes, and a replay of the first input; None if
        the graph skips nothing or gives another output for that input.
    """
    if torch.is_autocast_enabled(x.device.type) or x.dtype not in (torch.float32, torch.float64):
        return None
    try:
        graph = graph_passes(model, x, found, p)
        if graph is None:
            return None
        first = graph.passes(masks, 0, 1)
        replay = Replay(model, x[:1], found, masks, p)
        expected = replay.passes(0, 1)
    except Exception:  # code that runs otherwise with a proxy, such as a test for its type
        return None
    one = first[:, :1]
    if one.shape != expected.shape or one.dtype != expected.dtype:
        return None
    scale = float(expected.abs().nan_to_num(0.0, 0.0, 0.0).max())
    if not torch.allclose(one, expected, rtol=1e-3, atol=1e-4 * scale, equal_nan=True):
        return None
    return graph, partial(_continued, graph, masks, first), replay


def _continued(graph: GraphPasses, masks: MaskSource, first: Tensor, at: int, count: int) -> Tensor:
    """Compute passes of a graph; pass 0 was computed already."""
    if at:
        return graph.passes(masks, at, count)
    return first if count == 1 else torch.cat((first, graph.passes(masks, 1, count - 1)))


def _checked(passes: Passes, x: Tensor) -> Passes:
    """Check that each pass has outputs for every input."""
    size, ran = len(x), False

    def checked(first: int, count: int) -> Tensor:
        nonlocal ran
        with nullcontext() if ran else first_run(x):
            outputs = passes(first, count)
        ran = True
        shape = tuple(outputs.shape[1:])
        if shape[:1] != (size,) or 0 in shape:
            raise ValueError(
                f"model must return scores (N, K, ...) for each of the {size} inputs, "
                f"got shape {shape}"
            )
        return outputs

    return checked


def _planned(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, insist: bool | None
) -> tuple[Passes, KeptChannels, Costs | None] | None:
    """Compute the prefix, and choose between skipping channels and stacking the passes."""
    planned = after_prefix(model, x, p)
    if planned is None:
        return None
    h, kept = planned
    cost = None if insist else costs(kept, h)
    if cost and cost.stacks:
        most = stacked_passes(cost.elements)
        return (lambda first, count: _stacked(kept, h, masks, first, count, most)), kept, cost
    start, steps = kept.until_first_layer(h)
    steps = pooled_early(steps)
    return (lambda first, count: kept.passes(start, steps, masks, first, count)), kept, cost


def _stacked(
    kept: KeptChannels, h: Tensor, masks: MaskSource, first: int, count: int, most: int
) -> Tensor:
    """Compute passes in batches of at most `most`."""
    ends = range(first, first + count, most)
    parts = [kept.stacked(h, masks, at, min(most, first + count - at)) for at in ends]
    return torch.cat(parts) if len(parts) > 1 else parts[0]


def _require_dropout(replay: Replay) -> None:
    """Run the first pass, to check that a dropout is active."""
    replay.begin(0)
    if not replay.fired and replay.p == 0:
        raise ValueError(
            "p must be above 0, or None for the layers' own, got 0, which switches dropout off, so "
            "the variance would be zero"
        )
    if not replay.fired:
        raise ValueError(
            "model must have an active dropout layer or call an active dropout function of torch, "
            "got none, so the variance would be zero; p= overrides layers with p = 0"
        )
