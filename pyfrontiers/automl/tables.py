"""A search space for tables: fully connected networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.cost import Cost
from pyfrontiers.automl.layered import LayeredSpace, Values, initialised
from pyfrontiers.automl.networks import ACTIVATIONS, DenseChild, DenseLayer, unread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["TableSpace"]


@checked
@dataclass(frozen=True)
class TableSpace(LayeredSpace):
    """Fully connected networks for rows of numbers.

    Attributes:
        features: numbers in a row.
        classes: number of classes, at least 2.
        layers: number of hidden layers.
        units: of a layer.
        activations: of a layer, among ``"relu"``, ``"tanh"`` and ``"gelu"``.
        skips: whether each layer chooses which of the earlier ones it reads; otherwise they form a
            chain.

    Raises:
        ValueError: a value is below 1 or unknown, or two values are equal.

    """

    features: Count
    classes: Count
    layers: Count = 3
    units: tuple[Count, ...] = (8, 16, 32, 64, 128)
    activations: tuple[str, ...] = ("relu", "tanh", "gelu")
    skips: bool = True

    def __post_init__(self) -> None:
        self.check_fields()
        for name in self.activations:
            if name not in ACTIVATIONS:
                raise ValueError(
                    f"activations must be among {', '.join(ACTIVATIONS)}, got {name!r}"
                )

    @property
    def shape(self) -> tuple[int]:
        """Shape of one input."""
        return (self.features,)

    @property
    def values(self) -> Mapping[str, tuple[str, Values]]:
        """The properties of a layer; see `LayeredSpace.values`."""
        return {"width": ("units", self.units), "activation": ("activations", self.activations)}

    def decode(self, architecture: Architecture) -> tuple[DenseLayer, ...]:
        """Return the layers of a network.

        Raises:
            ValueError: the architecture is not of this space.

        """
        return tuple(DenseLayer(**row) for row in self.rows(architecture))

    def cost(self, architecture: Architecture) -> Cost:
        """Count parameters and operations; see `SearchSpace.cost`."""
        layers = self.decode(architecture)
        widths = [layer.width for layer in layers]
        weights = sum(
            (sum(widths[j] for j in layer.inputs) or self.features) * layer.width
            for layer in layers
        )
        last = unread([layer.inputs for layer in layers])
        weights += sum(widths[j] for j in last) * self.classes
        return Cost(weights + sum(widths) + self.classes, 2 * weights)

    @checked
    def build(self, architecture: tuple[int, ...], *, seed: Seed = 0) -> nn.Module:
        """Build a network; see `SearchSpace.build`."""
        layers = self.decode(architecture)
        with torch.device("meta"):
            model = DenseChild(self.features, self.classes, layers)
        return initialised(model, seed)
