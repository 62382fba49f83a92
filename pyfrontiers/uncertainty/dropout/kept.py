"""Stochastic passes that compute kept channels only.

If channel c of a layer is dropped, neither row c of the layer's weights nor column c of the next
layer's weights is needed, and neither is read. With drop probability p, about (1 - p)^2 of the
multiplications remain. Everything before the first dropout is computed once.
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

#: Indices of the kept channels in one pass, one entry per dropout; None if the layers compute all
#: channels, because no channel is kept or because the passes are stacked.
Kept = Sequence[Tensor | None]


@dataclass(frozen=True, slots=True)
class Dropout:
    """An active dropout layer.

    Attributes:
        layer: the module.
        number: its position among the dropout layers of the model.
        units: number of channels or features that it masks.
        p: drop probability.
    """

    layer: nn.Module
    number: int
    units: int
    p: float


@dataclass(frozen=True, slots=True)
class Multiply:
    """A convolution or linear layer that uses only some rows and columns of its weights.

    Attributes:
        layer: the layer.
        weight: its weights (out, in, ...), or (out, in, spread) if each channel feeds `spread`
            features, in the memory format of the images. Includes the factor 1 / q of the dropout
            on its inputs if that could be moved here.
        columns, rows: indices of the dropouts on its inputs and outputs, or None.
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
        # No shape checks: the plan has made them, and they would cost 5 % of a small pass.
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
    """A function without weights, or a layer that computes all channels."""

    function: Callable[[Tensor], Tensor]

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Call the function."""
        return self.function(h)


@dataclass(frozen=True, slots=True)
class Normalise:
    """Batch normalisation of the kept channels with running statistics."""

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
    """A dropout layer; dropped channels are skipped by the layer before or after it.

    Attributes:
        place: index of its entry in `Kept`.
        scale: 1 / q, or 1 if the weights of the next layer include that factor.
    """

    place: int
    scale: float

    def __call__(self, h: Tensor, kept: Kept) -> Tensor:
        """Scale the channels; if none is kept, return zeros for all of them."""
        if kept[self.place] is None:
            return torch.zeros_like(h)
        return self.scaled(h)

    def scaled(self, h: Tensor) -> Tensor:
        """Multiply by 1 / q, unless the weights of the next layer include that factor."""
        return h if self.scale == 1.0 else h * self.scale


Step = Multiply | Apply | Normalise | Select
"""One step of a pass."""


@dataclass(frozen=True, slots=True)
class KeptChannels:
    """The steps of a model from its first active dropout on.

    Attributes:
        steps: the steps, run once per pass on the prefix's output.
        dropouts: the dropout layers of the steps, in order.
        channels_last: whether images and filters are in channels-last memory format.
    """

    steps: tuple[Step, ...]
    dropouts: tuple[Dropout, ...]
    channels_last: bool

    def passes(
        self, h: Tensor, steps: Sequence[Step], masks: MaskSource, first_sample: int, count: int
    ) -> Tensor:
        """Return the raw outputs (count, N, K, ...) of `count` passes.

        Args:
            h: input of the first layer with weights, from `until_first_layer`.
            steps: the remaining steps, from `until_first_layer`.
            masks: the mask source.
            first_sample: number of the first pass.
            count: number of passes.
        """
        drawn = [
            _indices(masks.kept(drop.number, (drop.units,), drop.p, first_sample, count), h.device)
            for drop in self.dropouts
        ]
        # The input of the first layer holds all channels, so "none kept" means an empty selection.
        nothing = torch.empty(0, dtype=torch.int64, device=h.device)
        drawn[0] = [nothing if index is None else index for index in drawn[0]]
        return torch.stack([_run(steps, h, kept) for kept in zip(*drawn, strict=True)])

    def until_first_layer(self, h: Tensor) -> tuple[Tensor, Sequence[Step]]:
        """Run the steps before the first layer with weights, once for all passes.

        These steps treat channels independently and preserve zeros, so their result does not depend
        on which channels are dropped.

        Args:
            h: output of the prefix.

        Returns:
            The input of the first layer with weights, and the remaining steps of each pass.
        """
        h = channels_last(h) if self.channels_last else h.contiguous()
        for place, step in enumerate(self.steps):
            if isinstance(step, Multiply):
                return h, self.steps[place:]
            h = step.scaled(h) if isinstance(step, Select) else step(h, ())
        raise AssertionError("every dropout must be followed by a layer with weights")

    def stacked(
        self,
        h: Tensor,
        masks: MaskSource,
        first_sample: int,
        count: int,
        watch: Callable[[nn.Module, Tensor, Tensor], None] | None = None,
    ) -> Tensor:
        """Compute the same as `passes` as one batch, including dropped channels.

        If a pass takes only microseconds, calling the layers costs more than computing the dropped
        channels.

        Args:
            h: output of the prefix.
            masks: the mask source.
            first_sample: number of the first pass.
            count: number of passes.
            watch: called for every dropout with the layer, the masks (count, C) and the masked
                output (count, N, C, ...).
        """
        batch, all_channels = len(h), [None] * len(self.dropouts)
        h = h.expand(count, *h.shape).flatten(0, 1)
        h = channels_last(h) if self.channels_last else h
        for step in self.steps:
            if not isinstance(step, Select):
                h = step(h, all_channels)
                continue
            drop = self.dropouts[step.place]
            kept = masks.kept(drop.number, (drop.units,), drop.p, first_sample, count)
            factor = (kept.to(h) * step.scale).repeat_interleave(batch, 0)
            h = h * factor.reshape(*factor.shape, *([1] * (h.ndim - 2)))
            if watch:
                # Report the output as the model would scale it, even if the factor was moved.
                scaled = h * keep_scale(drop.p) if step.scale == 1.0 else h
                watch(drop.layer, kept, scaled.reshape(count, batch, *h.shape[1:]))
        return h.reshape(count, batch, *h.shape[1:])


def _run(steps: Sequence[Step], h: Tensor, kept: Kept) -> Tensor:
    for step in steps:
        h = step(h, kept)
    return h


def channels_last(h: Tensor) -> Tensor:
    """Return images or filters in channels-last format, in which torch convolves fastest."""
    return h.contiguous(memory_format=torch.channels_last) if h.ndim == 4 else h


def _both_ways(value: Any, for_flat: int) -> Any:
    """Return a convolution parameter for two dimensions, with `for_flat` as the added height."""
    return (for_flat, *value) if isinstance(value, tuple) and len(value) == 1 else value


def _indices(kept: Tensor, device: torch.device) -> list[Tensor | None]:
    """Return the indices of the kept units of each pass, or None if there are none."""
    counts: list[int] = kept.sum(1).tolist()
    chosen = torch.split(kept.nonzero()[:, 1].to(device), counts)
    return [index if number else None for index, number in zip(chosen, counts, strict=True)]
