"""The child networks. This file needs only torch, so that an exported child can include it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ACTIVATIONS", "ConvChild", "ConvLayer", "DenseChild", "DenseLayer"]

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


class ConvLayer(NamedTuple):
    """A convolution, a ReLU and a maximum over squares.

    Attributes:
        height, width: of the filters, odd.
        filters: their number.
        stride: step of the filters in both directions.
        pool: side of the squares that the maximum is taken over; 1 for none.
        inputs: the earlier layers that it reads; the image if there are none.

    """

    height: int
    width: int
    filters: int
    stride: int = 1
    pool: int = 1
    inputs: tuple[int, ...] = ()


class DenseLayer(NamedTuple):
    """A linear layer and an activation.

    Attributes:
        width: number of units.
        activation: ``"relu"``, ``"tanh"`` or ``"gelu"``.
        inputs: the earlier layers that it reads; the features if there are none.

    """

    width: int
    activation: str = "relu"
    inputs: tuple[int, ...] = ()


class ConvChild(nn.Module):
    """A convolutional network with skip connections; maps images (N, C, H, W) to logits (N, K).

    The maps that a layer reads are concatenated as channels, smaller ones padded with zeros to the
    size of the largest. Layers that no other reads are concatenated in the same way, averaged over
    the cells of a grid, and given to one linear layer. Cells are equally large;
    they overlap if they do not divide the map.

    Args:
        shape: (C, H, W) of an image.
        classes: number of logits.
        layers: the layers; each reads earlier ones.
        grid: rows and columns of the grid; fewer where the last layers are smaller.

    Source:
        Zoph and Le, Neural architecture search with reinforcement learning, ICLR 2017, sec. 3.3.

    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        classes: int,
        layers: Sequence[ConvLayer],
        grid: int = 2,
    ) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self.last = unread([layer.inputs for layer in layers])
        self.sizes: list[tuple[int, int]] = []
        self.convolutions = nn.ModuleList()
        self.pools = nn.ModuleList()
        for layer in layers:
            read = [self.layers[j].filters for j in layer.inputs] or [shape[0]]
            height, width = joint_size([self.sizes[j] for j in layer.inputs] or [shape[1:]])
            self.convolutions.append(
                nn.Conv2d(
                    sum(read),
                    layer.filters,
                    (layer.height, layer.width),
                    layer.stride,
                    (layer.height // 2, layer.width // 2),
                )
            )
            pooled = layer.pool > 1
            self.pools.append(nn.MaxPool2d(layer.pool, ceil_mode=True) if pooled else nn.Identity())
            step = layer.stride, layer.pool
            self.sizes.append((reduced(height, step), reduced(width, step)))
        size = joint_size([self.sizes[j] for j in self.last])
        cells = [min(grid, side) for side in size]
        steps = [side // count for side, count in zip(size, cells, strict=True)]
        spans = [
            side - (count - 1) * step for side, count, step in zip(size, cells, steps, strict=True)
        ]
        self.average = nn.AvgPool2d((spans[0], spans[1]), (steps[0], steps[1]))
        channels = sum(self.layers[j].filters for j in self.last)
        self.linear = nn.Linear(channels * cells[0] * cells[1], classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, C, H, W) to logits (N, K)."""
        outputs: list[Tensor] = []
        for layer, convolution, pool in zip(
            self.layers, self.convolutions, self.pools, strict=True
        ):
            read = self._joined(outputs, layer.inputs) if layer.inputs else images
            outputs.append(pool(F.relu(convolution(read))))
        logits: Tensor = self.linear(self.average(self._joined(outputs, self.last)).flatten(1))
        return logits

    def _joined(self, outputs: list[Tensor], chosen: tuple[int, ...]) -> Tensor:
        height, width = joint_size([self.sizes[j] for j in chosen])
        padded = []
        for j in chosen:
            down, right = height - self.sizes[j][0], width - self.sizes[j][1]
            padded.append(F.pad(outputs[j], (0, right, 0, down)) if down or right else outputs[j])
        return torch.cat(padded, 1) if len(padded) > 1 else padded[0]


class DenseChild(nn.Module):
    """A fully connected network with skip connections; maps features (N, F) to logits (N, K).

    Args:
        features: F.
        classes: number of logits.
        layers: the layers; each reads earlier ones, joined one after another.

    """

    def __init__(self, features: int, classes: int, layers: Sequence[DenseLayer]) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self.last = unread([layer.inputs for layer in layers])
        widths = [layer.width for layer in layers]
        self.linears = nn.ModuleList(
            nn.Linear(sum(widths[j] for j in layer.inputs) or features, layer.width)
            for layer in layers
        )
        self.activations = nn.ModuleList(ACTIVATIONS[layer.activation]() for layer in layers)
        self.linear = nn.Linear(sum(widths[j] for j in self.last), classes)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (N, F) to logits (N, K)."""
        outputs: list[Tensor] = []
        for layer, linear, activation in zip(
            self.layers, self.linears, self.activations, strict=True
        ):
            read = [outputs[j] for j in layer.inputs] or [features]
            outputs.append(activation(linear(torch.cat(read, 1))))
        logits: Tensor = self.linear(torch.cat([outputs[j] for j in self.last], 1))
        return logits


def unread(inputs: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the layers whose output no other layer reads; the last one is always among them."""
    read = {j for each in inputs for j in each}
    return tuple(j for j in range(len(inputs)) if j not in read)


def joint_size(sizes: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """Return the height and width that maps of several sizes are padded to."""
    return max(size[0] for size in sizes), max(size[1] for size in sizes)


def reduced(side: int, steps: Sequence[int]) -> int:
    """Return what strides leave of a side: each divides it and rounds up."""
    for step in steps:
        side = -(-side // step)
    return side
