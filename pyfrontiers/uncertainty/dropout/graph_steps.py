"""The steps of a pass through a graph, in which tensors may hold the kept channels only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from pyfrontiers.kernels.gather import conv2d_on_kept, linear_on_kept, pick
from pyfrontiers.uncertainty.dropout.few_pixels import convolve_few, spread_tiles, tiles
from pyfrontiers.uncertainty.dropout.kept import channels_last

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from pyfrontiers.uncertainty.dropout.structure import Consumer

    Values = list[Any]


class Kept(list[Tensor]):
    """The masks of a pass, one for each active dropout: numbers of the kept channels, or a mask.

    Attributes:
        empty: dropouts that keep no channel; channel 0 stands in, as zeros.
    """

    def __init__(self, masks: Iterable[Tensor], empty: Container[int] = ()) -> None:
        super().__init__(masks)
        self.empty = empty


@dataclass(frozen=True, slots=True)
class Segment:
    """Some channels of a tensor: those that a dropout keeps, or all.

    Attributes:
        dropout: index of the dropout, or None for all channels.
        size: number of channels if none is dropped.
        factor: what the next weights multiply these channels with.
    """

    dropout: int | None
    size: int
    factor: float = 1.0


Channels = tuple[Segment, ...]
"""The channels that a tensor holds, in order; the others are zero or are not needed."""


def index_of(channels: Channels, kept: Kept) -> Tensor:
    """Return the numbers of the channels that a tensor holds in a pass."""
    if len(channels) == 1 and channels[0].dropout is not None:
        return kept[channels[0].dropout]
    parts, start = [], 0
    for segment in channels:
        if segment.dropout is None:
            parts.append(torch.arange(start, start + segment.size, device=kept[0].device))
        else:
            parts.append(kept[segment.dropout] + start)
        start += segment.size
    return torch.cat(parts)


@dataclass(frozen=True, slots=True)
class Multiply:
    """A convolution or linear layer, with the batch normalisation that follows it.

    Attributes:
        place, source: places of output and input among the values of a pass.
        layer: the layer.
        weight, bias: its weights, which include factors and normalisation.
        columns: channels of the input, or None if it holds all.
        rows: the dropout that needs the output, or None if all channels are needed.
        few: whether there are few pixels, so that `convolve_few` is used.
    """

    place: int
    source: int
    layer: Consumer | nn.ConvTranspose2d
    weight: Tensor
    bias: Tensor | None
    columns: Channels | None
    rows: int | None
    few: bool

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        return (self.source,)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Compute the kept outputs from the kept inputs."""
        h, layer = values[self.source], self.layer
        columns = None if self.columns is None else index_of(self.columns, kept)
        rows = None if self.rows is None else kept[self.rows]
        if isinstance(layer, nn.Linear):
            values[self.place] = linear_on_kept(h, self.weight, self.bias, columns, rows)
        elif self.few:
            values[self.place] = convolve_few(h, self.weight, self.bias, columns, rows, layer)
        elif tiles(layer):
            values[self.place] = spread_tiles(h, self.weight, self.bias, columns, rows, layer)
        elif isinstance(layer, nn.ConvTranspose2d):
            values[self.place] = self._transposed(h, layer, columns, rows)
        else:
            conv: Any = layer
            values[self.place] = conv2d_on_kept(
                h, self.weight, self.bias, columns, rows, conv.stride, conv.padding, conv.dilation
            )

    def _transposed(
        self, h: Tensor, layer: nn.ConvTranspose2d, columns: Tensor | None, rows: Tensor | None
    ) -> Tensor:
        weight = pick(self.weight, columns, rows, True)
        bias = self.bias
        if bias is not None and rows is not None:
            bias = bias.index_select(0, rows)
        geometry: Any = (layer.stride, layer.padding, layer.output_padding, 1, layer.dilation)
        return F.conv_transpose2d(h, weight, bias, *geometry)


@dataclass(frozen=True, slots=True)
class Drop:
    """A dropout whose channels are skipped.

    Attributes:
        place, source: places of output and input.
        dropout: its index.
        holds_kept: whether the input holds the kept channels only.
        factor: what the channels are multiplied with here.
    """

    place: int
    source: int
    dropout: int
    holds_kept: bool
    factor: float

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        return (self.source,)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Select the kept channels."""
        h = values[self.source]
        if not self.holds_kept:
            h = pick(h, None, kept[self.dropout], h.dim() == 4)
        if self.dropout in kept.empty:
            h = torch.zeros_like(h)
        values[self.place] = h if self.factor == 1.0 else h * self.factor


@dataclass(frozen=True, slots=True)
class Mask:
    """A dropout that multiplies by its mask, with the shape of its input without the batch."""

    place: int
    source: int
    dropout: int
    factor: float

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        return (self.source,)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Multiply by the mask and the factor."""
        h, mask = values[self.source], kept[self.dropout]
        mask = mask.reshape(*mask.shape, *([1] * (h.ndim - 1 - mask.ndim)))
        values[self.place] = h * (mask.to(h) * self.factor)


@dataclass(frozen=True, slots=True)
class Expand:
    """Write zeros for the channels that a tensor does not hold; in place of the tensor."""

    place: int
    source: int
    channels: Channels

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        return (self.source,)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Return the tensor with all channels."""
        h = values[self.source]
        size = sum(segment.size for segment in self.channels)
        full = h.new_zeros(len(h), size, *h.shape[2:])
        full = channels_last(full)
        values[self.place] = full.index_copy_(1, index_of(self.channels, kept), h)


@dataclass(frozen=True, slots=True)
class Normalise:
    """Batch normalisation of the channels that a dropout needs."""

    place: int
    source: int
    layer: Any
    rows: int

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        return (self.source,)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Normalise with the kept entries of statistics and parameters."""
        layer = self.layer
        mean, variance, weight, bias = (
            value if value is None else value.index_select(0, kept[self.rows])
            for value in (layer.running_mean, layer.running_var, layer.weight, layer.bias)
        )
        values[self.place] = F.batch_norm(
            values[self.source], mean, variance, weight, bias, eps=layer.eps
        )


@dataclass(frozen=True, slots=True)
class Call:
    """Any other function, on tensors with all channels or on each channel separately."""

    place: int
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    @property
    def sources(self) -> tuple[int, ...]:
        """The places that the step reads."""
        found: list[int] = []
        fx.node.map_aggregate(
            (self.args, self.kwargs),
            lambda each: found.append(each.place) if isinstance(each, Value) else None,
        )
        return tuple(found)

    def __call__(self, values: Values, kept: Kept) -> None:
        """Call the function."""

        def given(argument: Any) -> Any:
            return fx.node.map_aggregate(
                argument, lambda each: values[each.place] if isinstance(each, Value) else each
            )

        values[self.place] = self.function(*given(self.args), **given(self.kwargs))


@dataclass(frozen=True, slots=True)
class InPlace:
    """A function of values that no later step uses, which may overwrite the first of them."""

    place: int
    sources: tuple[int, ...]
    function: Callable[..., Tensor]

    def __call__(self, values: Values, kept: Kept) -> None:
        """Call the function."""
        values[self.place] = self.function(*(values[source] for source in self.sources))


@dataclass(frozen=True, slots=True)
class Value:
    """Stands for the value at a place in the arguments of a call."""

    place: int


Step = Multiply | Drop | Mask | Expand | Normalise | Call | InPlace
"""One step of a pass."""
