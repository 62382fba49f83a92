"""Stochastic passes that compute the kept channels only.

Dropping channel c of a layer makes row c of the layer's weights and column c of the next layer's
useless: neither is read. With drop probability p about (1 - p)^2 of the multiplications are left,
and everything before the first dropout is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.kernels.gather import conv2d_on_kept, linear_on_kept
from pyfrontiers.uncertainty.dropout.masks import keep_scale

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.uncertainty.dropout.masks import MaskSource
    from pyfrontiers.uncertainty.dropout.structure import Consumer, Normaliser

#: Indices of the kept channels of one pass, one entry for each dropout; None where the layers see
#: all channels, because none of them is kept or because they are stacked.
Kept = Sequence[Tensor | None]


# Prefix outputs up to this many elements are computed faster as one batch of all passes (measured:
# level at 32 Ki, five times as fast at 4 Ki, half as fast at 128 Ki).
_STACKED_ELEMENTS = 1 << 15


def small(h: Tensor) -> bool:
    """Whether passes from the prefix's output `h` are better stacked than computed one by one."""
    return h.numel() <= _STACKED_ELEMENTS


@dataclass(frozen=True, slots=True)
class Dropout:
    """A dropout that fires: its layer, its place in the run and what it draws."""

    layer: nn.Module
    number: int
    units: int
    p: float


@dataclass(frozen=True, slots=True)
class Multiply:
    """A layer with rows and columns of its weights left out.

    Attributes:
        layer: the convolution or linear layer.
        weight: its weights, (out, in, ...), or (out, in, spread) where each channel feeds `spread`
            features; already times the 1 / q that its inputs should have had. In
            the layout of the images.
        columns, rows: places of the dropouts on its inputs and outputs, where they are gathered.
    """

    layer: Consumer
    weight: Tensor
    columns: int | None
    rows: int | None

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Compute the kept outputs from the kept inputs, or from all of them."""
        layer, weight, bias = self.layer, self.weight, self.layer.bias
        inputs = None if self.columns is None else kept[self.columns]
        outputs = None if self.rows is None else kept[self.rows]
        # The plan has seen that they fit, and asking again costs a twentieth of a small pass.
        if isinstance(layer, nn.Linear):
            return linear_on_kept(h, weight, bias, inputs, outputs)
        flat = isinstance(layer, nn.Conv1d)
        result = conv2d_on_kept(
            h[:, :, None] if flat else h,
            weight,
            bias,
            inputs,
            outputs,
            _both_ways(layer.stride, 1),
            _both_ways(layer.padding, 0),
            _both_ways(layer.dilation, 1),
        )
        return result[:, :, 0] if flat else result


@dataclass(frozen=True, slots=True)
class Apply:
    """What needs no weights of its own, or sees all channels."""

    function: Callable[[Tensor], Tensor]

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Call the function."""
        return self.function(h)


@dataclass(frozen=True, slots=True)
class Normalise:
    """Batch normalisation of the kept channels by its fixed statistics."""

    layer: Normaliser
    rows: int

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Return gamma (h - mean) / sqrt(variance + eps) + beta with the kept entries of each."""
        rows, layer = kept[self.rows], self.layer
        mean, variance, gamma, beta = (
            value if value is None or rows is None else value.index_select(0, rows)
            for value in (layer.running_mean, layer.running_var, layer.weight, layer.bias)
        )
        return F.batch_norm(h, mean, variance, gamma, beta, eps=layer.eps)


@dataclass(frozen=True, slots=True)
class Select:
    """A dropout: from here on the dropped channels are not looked at.

    The layer before has left them out, or the layer behind will not read them.

    Attributes:
        place: which entry of `Kept` it is.
        scale: 1 / q, or 1 where the next layer's weights carry it.
    """

    place: int
    scale: float

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Scale; if no channel is kept, return all of them as zeros."""
        if kept[self.place] is None:
            return torch.zeros_like(h)
        return self.scaled(h)

    def scaled(self, h: Tensor) -> Tensor:
        """Multiply by 1 / q, or leave that to the next layer's weights."""
        return h if self.scale == 1.0 else h * self.scale


Step = Multiply | Apply | Normalise | Select
"""What a pass is made of."""


@dataclass(frozen=True, slots=True)
class KeptChannels:
    """A model cut at its first dropout, and the steps behind it.

    Attributes:
        steps: run once a pass, on the prefix's output.
        dropouts: the dropouts of the steps, in order.
        channels_last: whether images lie that way; filters do where they do.
    """

    steps: tuple[Step, ...]
    dropouts: tuple[Dropout, ...]
    channels_last: bool

    def passes(
        self, h: Tensor, steps: Sequence[Step], masks: MaskSource, first_sample: int, count: int
    ) -> Tensor:
        """Raw outputs (count, N, K, ...) of `count` passes from what `before_reading` gives."""
        drawn = [
            _indices(masks.kept(drop.number, (drop.units,), drop.p, first_sample, count), h.device)
            for drop in self.dropouts
        ]
        # The first layer behind the first dropout picks the channels that it reads.
        nothing = torch.empty(0, dtype=torch.int64, device=h.device)
        drawn[0] = [nothing if index is None else index for index in drawn[0]]
        return torch.stack([_run(steps, h, kept) for kept in zip(*drawn, strict=True)])

    def before_reading(self, h: Tensor) -> tuple[Tensor, Sequence[Step]]:
        """Run the steps up to the first layer with weights on the prefix's output `h`.

        Each channel is on its own there and zeros stay zeros, so it does not matter that the
        dropped channels are still among them: once is enough for all passes.

        Returns:
            What the first layer with weights reads, and the steps that are left for each pass.
        """
        h = channels_last(h) if self.channels_last else h.contiguous()
        for place, step in enumerate(self.steps):
            if isinstance(step, Multiply):
                return h, self.steps[place:]
            h = step.scaled(h) if isinstance(step, Select) else step(h, ())
        raise AssertionError("a dropout is followed by the layer that reads it")

    def stacked(
        self,
        h: Tensor,
        masks: MaskSource,
        first_sample: int,
        count: int,
        watch: Callable[[nn.Module, Tensor, Tensor], None] | None = None,
    ) -> Tensor:
        """Compute the same as `passes`, all passes as one batch and with nothing left out.

        Where a pass is a few microseconds of work, calling the layers costs more than computing
        the dropped channels. `watch` is told of every dropout: the layer, the masks (count, C) and
        the masked output (count, N, C, ...).
        """
        batch, nothing_gathered = len(h), [None] * len(self.dropouts)
        h = h.expand(count, *h.shape).flatten(0, 1)
        h = channels_last(h) if self.channels_last else h
        for step in self.steps:
            if not isinstance(step, Select):
                h = step(h, nothing_gathered)
                continue
            drop = self.dropouts[step.place]
            kept = masks.kept(drop.number, (drop.units,), drop.p, first_sample, count)
            factor = (kept.to(h) * step.scale).repeat_interleave(batch, 0)
            h = h * factor.reshape(*factor.shape, *([1] * (h.ndim - 2)))
            if watch:
                # Told as the model itself would scale it, wherever the plan put the factor.
                scaled = h * keep_scale(drop.p) if step.scale == 1.0 else h
                watch(drop.layer, kept, scaled.reshape(count, batch, *h.shape[1:]))
        return h.reshape(count, batch, *h.shape[1:])


def _run(steps: Sequence[Step], h: Tensor, kept: Kept) -> Tensor:
    for step in steps:
        h = step(h, kept)
    return h


def channels_last(h: Tensor) -> Tensor:
    """Return images or filters in the layout in which torch convolves and pools them fastest."""
    return h.contiguous(memory_format=torch.channels_last) if h.ndim == 4 else h


def _both_ways(value: Any, for_flat: int) -> Any:
    """Return a convolution's number as a pair, with `for_flat` for the height of a sequence."""
    return (for_flat, *value) if isinstance(value, tuple) and len(value) == 1 else value


def _indices(kept: Tensor, device: torch.device) -> list[Tensor | None]:
    """Bool (count, units) -> for each pass the kept units, or None where there are none."""
    counts: list[int] = kept.sum(1).tolist()
    chosen = torch.split(kept.nonzero()[:, 1].to(device), counts)
    return [index if number else None for index, number in zip(chosen, counts, strict=True)]
