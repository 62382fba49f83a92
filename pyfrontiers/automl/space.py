"""Search spaces: an architecture is a sequence of tokens, each one value out of a few."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.arguments import Seed, checked, described
from pyfrontiers.automl.protocols import Architecture
from pyfrontiers.kernels import uniform

if TYPE_CHECKING:
    from torch import nn

    from pyfrontiers.automl.cost import Cost

__all__ = ["Choice", "SearchSpace"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One token: a property of one layer, and the values that it may have.

    Attributes:
        layer: the layer, from 0.
        name: the property, such as ``"filters"``.
        values: its possible values, at least two.
        source: for a skip connection, the earlier layer that may be an input of this one. Its
            values are 0 and 1.

    """

    layer: int
    name: str
    values: tuple[int | str, ...]
    source: int | None = None


class SearchSpace(ABC):
    """The networks that a search chooses from.

    Implementations are frozen dataclasses with plain fields, so that they can be compared, hashed,
    pickled and stored as JSON.
    """

    @property
    @abstractmethod
    def tokens(self) -> tuple[Choice, ...]:
        """The choices, in the order in which a controller makes them."""

    @abstractmethod
    def cost(self, architecture: Architecture) -> Cost:
        """Count the parameters and operations of a network without building it.

        Raises:
            ValueError: the architecture is not of this space.

        """

    @abstractmethod
    def build(self, architecture: Architecture, *, seed: Seed = 0) -> nn.Module:
        """Build a network with random weights.

        Args:
            architecture: a network of this space.
            seed: 64-bit seed of the weights; torch's generators are neither read nor advanced.

        Returns:
            A module that maps a batch of inputs to logits, (N, classes).

        Raises:
            ValueError: the architecture is not of this space.

        """

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of values of each choice."""
        return tuple(len(choice.values) for choice in self.tokens)

    @property
    def size(self) -> int:
        """Number of architectures."""
        return math.prod(self.sizes)

    @checked
    def check(self, architecture: tuple[int, ...]) -> Architecture:
        """Return an architecture as a tuple of integers.

        Raises:
            ValueError: it has another number of tokens, or a token is out of range.

        """
        return self._valid(architecture)

    def _valid(self, architecture: Architecture) -> Architecture:
        """Check a tuple of integers; see `check`."""
        if len(architecture) != len(self.sizes):
            raise ValueError(
                f"architecture must have {len(self.sizes)} tokens, one for each choice of the "
                f"space, got {len(architecture)}"
            )
        for place, (token, size) in enumerate(zip(architecture, self.sizes, strict=True)):
            if not 0 <= token < size:
                raise ValueError(
                    f"architecture[{place}] must be between 0 and {size - 1}, the values of "
                    f"{self.tokens[place].name}, got {token}"
                )
        return architecture

    @checked
    def sample(self, seed: Seed) -> Architecture:
        """Draw an architecture uniformly; a function of the seed alone."""
        coins = uniform((len(self.sizes),), seed=seed, dtype=torch.float64).tolist()
        return tuple(int(coin * size) for coin, size in zip(coins, self.sizes, strict=True))

    @checked
    def mutate(self, architecture: tuple[int, ...], *, seed: Seed) -> Architecture:
        """Give one random token another random value.

        Args:
            architecture: a network of this space.
            seed: 64-bit seed of the draw.

        Raises:
            ValueError: the architecture is not of this space.

        """
        tokens = list(self._valid(architecture))
        where, other = uniform((2,), seed=seed, dtype=torch.float64).tolist()
        place = int(where * len(tokens))
        step = 1 + int(other * (self.sizes[place] - 1))
        tokens[place] = (tokens[place] + step) % self.sizes[place]
        return tuple(tokens)

    @checked
    def index(self, architecture: tuple[int, ...]) -> int:
        """Return the number of an architecture, from 0; the last token changes fastest.

        Raises:
            ValueError: the architecture is not of this space.

        """
        number = 0
        for token, size in zip(self._valid(architecture), self.sizes, strict=True):
            number = number * size + token
        return number

    @checked
    def architecture(self, index: int) -> Architecture:
        """Return the architecture with a number; the inverse of `index`.

        Raises:
            ValueError: the number is below 0 or not below `size`.

        """
        if not 0 <= index < self.size:
            raise ValueError(
                f"index must be between 0 and {self.size - 1}, the last of the space, "
                f"got {described(index)}"
            )
        tokens = []
        for size in reversed(self.sizes):
            index, token = divmod(index, size)
            tokens.append(token)
        return tuple(reversed(tokens))

    @checked
    def describe(self, architecture: tuple[int, ...]) -> list[dict[str, Any]]:
        """Return the chosen values in words, for tables and drawings.

        Returns:
            For each layer ``{"layer": 0, "filters": 8, ..., "inputs": [0]}``; ``inputs`` lists the
            earlier layers that it reads, and is empty if it reads the network's input.

        Raises:
            ValueError: the architecture is not of this space.

        """
        rows: dict[int, dict[str, Any]] = {}
        for choice, token in zip(self.tokens, self._valid(architecture), strict=True):
            row = rows.setdefault(choice.layer, {"layer": choice.layer, "inputs": []})
            if choice.source is None:
                row[choice.name] = choice.values[token]
            elif token:
                row["inputs"].append(choice.source)
        return [{**row, "inputs": row.pop("inputs")} for row in rows.values()]
