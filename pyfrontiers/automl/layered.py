"""What spaces of layered networks share: their tokens, and how tokens become layers."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from torch import nn

from pyfrontiers.automl.space import Choice, SearchSpace
from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["LayeredSpace", "initialised"]

Values = tuple[int, ...] | tuple[str, ...]


class LayeredSpace(SearchSpace):
    """Layers with the same properties, and skip connections between them.

    A property with one value is fixed and has no token.

    Attributes:
        layers: number of layers.
        classes: number of classes, at least 2.
        skips: whether each layer chooses which of the earlier ones it reads; otherwise they form a
            chain.

    """

    layers: int
    classes: int
    skips: bool

    @property
    @abstractmethod
    def values(self) -> Mapping[str, tuple[str, Values]]:
        """For each property of a layer, the field that holds its possible values, and these."""

    @cached_property
    def tokens(self) -> tuple[Choice, ...]:
        """The choices: for each layer its properties, then its skip connections."""
        choices = []
        for layer in range(self.layers):
            choices += [
                Choice(layer, name, values)
                for name, (_, values) in self.values.items()
                if len(values) > 1
            ]
            if self.skips:
                choices += [Choice(layer, f"reads {j}", (0, 1), source=j) for j in range(layer)]
        return tuple(choices)

    def rows(self, architecture: Architecture) -> list[dict[str, Any]]:
        """Return the properties of each layer by name, with ``inputs``, the layers that it reads.

        Raises:
            ValueError: the architecture is not of this space.

        """
        chosen = {row["layer"]: row for row in self.describe(architecture)}
        rows = []
        for layer in range(self.layers):
            row: dict[str, Any] = {n: values[0] for n, (_, values) in self.values.items()}
            row |= chosen.get(layer, {"inputs": []})
            row.pop("layer", None)
            chain = [layer - 1] if layer else []
            rows.append({**row, "inputs": tuple(row["inputs"] if self.skips else chain)})
        return rows

    def check_fields(self) -> None:
        """Check what every layered space must satisfy.

        Raises:
            ValueError: there are fewer than two classes, a property has no or equal values, or no
                property has two.

        """
        if self.classes < 2:
            raise ValueError(f"classes must be an integer of at least 2, got {self.classes}")
        for field, values in self.values.values():
            if not values or len(set(values)) < len(values):
                raise ValueError(f"{field} must be one or more different values, got {values!r}")
        if not self.tokens:
            fields = ", ".join(field for field, _ in self.values.values())
            raise ValueError(f"{fields} must leave a choice, got one value for each")


def initialised(model: nn.Module, seed: int) -> nn.Module:
    """Give a network on the device "meta" memory and random weights.

    Layer k, in the order of `modules`, is drawn by ``fold_in(seed, k)``; see `he_uniform`.
    """
    model = model.to_empty(device="cpu").float()
    layers = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    for number, layer in enumerate(layers):
        he_uniform(layer, fold_in(seed, number))
    return model
