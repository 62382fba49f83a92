"""A cost model that chooses between skipping dropped channels and stacking the passes.

Skipping saves multiplications but runs layer after layer for each pass and packs the kept weights.
Stacking computes every channel, but calls each layer once for many passes. The model is a function
of shapes and drop probabilities alone, and not of the clock, so a run repeats bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.uncertainty.dropout.kept import KeptChannels, Multiply, Select

if TYPE_CHECKING:
    from torch import Tensor

# Fitted to 21 chains (convolutions of 16 to 64 channels, linear layers of 64 to 2048 units, batches
# of 1 to 256) on one AVX-512 core; the chosen way was the faster one for all of them.
_CALL = 12e-6  # one step of one pass
_WEIGHT = 0.3e-9  # packing, per weight of the layer
_MULTIPLICATION, _STACKED_MULTIPLICATION = 1 / 38e9, 1 / 60e9
_ELEMENT, _STACKED_ELEMENT = 0.7e-9, 1.0e-9  # writing and reading an activation
_CROWDING = 1.5e-15  # more of it per element that a stacked batch holds, as caches overflow

_HELD_ELEMENTS = 1 << 22  # activations that a stacked batch may hold

# For chains with modules of unknown cost: equal at 32 Ki elements of the prefix's output.
_SMALL_ELEMENTS = 1 << 15


@dataclass(frozen=True, slots=True)
class Costs:
    """Estimated cost of the passes after the prefix.

    Attributes:
        skipping, stacking: seconds of one pass; None if a module's cost is unknown.
        stacks: whether stacking is chosen.
        elements: activations of one pass when all channels are computed.
    """

    skipping: float | None
    stacking: float | None
    stacks: bool
    elements: int


def stacked_passes(elements: int) -> int:
    """Return how many passes to stack, given the activations of one pass."""
    return max(_HELD_ELEMENTS // elements, 1)


def costs(kept: KeptChannels, h: Tensor) -> Costs:
    """Estimate the cost of the passes by running one input through the layers.

    Args:
        kept: the steps of the passes.
        h: output of the prefix, (N, C, ...).
    """
    if not kept.channels_last:  # modules of other packages, which may take any time
        return Costs(None, None, h.numel() <= _SMALL_ELEMENTS, h.numel())
    everything = [None] * len(kept.dropouts)
    keeps = [1 - dropout.p for dropout in kept.dropouts]
    inputs, one = len(h), h[:1]
    skipping = _CALL * len(kept.steps)
    elements, stacked = h.numel(), 0.0
    share = keeps[0]
    for step in kept.steps:
        if isinstance(step, Select):
            share = keeps[step.place]
            continue
        one = step(one, everything)
        size = inputs * one.numel()
        elements += size
        if isinstance(step, Multiply):
            work = size * step.weight[0].numel()
            columns = 1.0 if step.columns is None else keeps[step.columns]
            share = 1.0 if step.rows is None else keeps[step.rows]
            skipping += work * columns * share * _MULTIPLICATION + step.weight.numel() * _WEIGHT
            stacked += work * _STACKED_MULTIPLICATION
        skipping += size * share * _ELEMENT
    stacked += elements * (_STACKED_ELEMENT + _CROWDING * elements)
    return Costs(skipping, stacked, stacked < skipping, elements)
