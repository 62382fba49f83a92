"""A search space for images: convolutional networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.cost import Cost
from pyfrontiers.automl.layered import LayeredSpace, Values, initialised
from pyfrontiers.automl.networks import (
    ConvChild,
    ConvLayer,
    joint_size,
    reduced,
    unread,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["ImageSpace"]


@checked
@dataclass(frozen=True)
class ImageSpace(LayeredSpace):
    """Convolutional networks: each layer's filters, stride, pooling and skip connections.

    A property with one value is fixed and has no token. The defaults are those of Zoph and Le.

    Attributes:
        shape: (C, H, W) of an image.
        classes: number of classes, at least 2.
        layers: number of convolutions.
        heights, widths: of a filter, odd.
        filters: their number.
        strides: of the filters.
        pools: sides of the squares over which a layer's maximum is taken; 1 for none.
        skips: whether each layer chooses which of the earlier ones it reads; otherwise they form a
            chain.
        grid: the last features are averaged over grid x grid cells.

    Raises:
        ValueError: a value is below 1, a filter has an even side, or two values are equal.

    Source:
        Zoph and Le, Neural architecture search with reinforcement learning, ICLR 2017, sec. 4.1.

    """

    shape: tuple[Count, Count, Count]
    classes: Count
    layers: Count = 3
    heights: tuple[Count, ...] = (1, 3, 5, 7)
    widths: tuple[Count, ...] = (1, 3, 5, 7)
    filters: tuple[Count, ...] = (24, 36, 48, 64)
    strides: tuple[Count, ...] = (1, 2, 3)
    pools: tuple[Count, ...] = (1,)
    skips: bool = True
    grid: Count = 2

    def __post_init__(self) -> None:
        self.check_fields()
        for name in ("heights", "widths"):
            if even := [side for side in getattr(self, name) if side % 2 == 0]:
                raise ValueError(f"{name} must be odd, so that a filter has a centre, got {even}")

    @property
    def values(self) -> Mapping[str, tuple[str, Values]]:
        """The properties of a layer; see `LayeredSpace.values`."""
        return {
            "height": ("heights", self.heights),
            "width": ("widths", self.widths),
            "filters": ("filters", self.filters),
            "stride": ("strides", self.strides),
            "pool": ("pools", self.pools),
        }

    def decode(self, architecture: Architecture) -> tuple[ConvLayer, ...]:
        """Return the layers of a network.

        Raises:
            ValueError: the architecture is not of this space.

        """
        return tuple(ConvLayer(**row) for row in self.rows(architecture))

    def cost(self, architecture: Architecture) -> Cost:
        """Count parameters and operations; see `SearchSpace.cost`."""
        layers = self.decode(architecture)
        sizes: list[tuple[int, int]] = []
        parameters = flops = 0
        for layer in layers:
            channels = sum(layers[j].filters for j in layer.inputs) or self.shape[0]
            size = joint_size([sizes[j] for j in layer.inputs] or [self.shape[1:]])
            area = reduced(size[0], [layer.stride]) * reduced(size[1], [layer.stride])
            weights = layer.height * layer.width * channels * layer.filters
            parameters += weights + layer.filters
            flops += 2 * weights * area
            steps = (layer.stride, layer.pool)
            sizes.append((reduced(size[0], steps), reduced(size[1], steps)))
        last = unread([layer.inputs for layer in layers])
        height, width = joint_size([sizes[j] for j in last])
        cells = min(self.grid, height) * min(self.grid, width)
        weights = cells * sum(layers[j].filters for j in last) * self.classes
        return Cost(parameters + weights + self.classes, flops + 2 * weights)

    @checked
    def build(self, architecture: tuple[int, ...], *, seed: Seed = 0) -> nn.Module:
        """Build a network; see `SearchSpace.build`."""
        layers = self.decode(architecture)
        with torch.device("meta"):  # skips torch's initialisation and its random draws
            model = ConvChild(self.shape, self.classes, layers, self.grid)
        return initialised(model, seed)
