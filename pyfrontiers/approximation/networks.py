"""A network with one hidden layer and one input: the object of the theorem."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyfrontiers.approximation.targets import Target

__all__ = ["ACTIVATIONS", "Network", "mean_square_error", "worst_error"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Values computed at a time, so that a wide network on many points needs no large array.
_CHUNK = 1 << 20


def _sigmoid(z: Array) -> Array:
    # The form with tanh does not overflow for steep units.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "step": lambda z: np.asarray(z >= 0.0, dtype=np.float64),
        "sigmoid": _sigmoid,
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0.0),
        "sine": np.sin,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """F(x) = c + sum over j of v_j phi(w_j x + b_j).

    Attributes:
        weight: w, (N,), float64.
        bias: b, (N,).
        output: v, (N,).
        offset: c.
        activation: phi, a key of `ACTIVATIONS`.

    """

    weight: Array
    bias: Array
    output: Array
    offset: float
    activation: str

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation is {self.activation!r}; wanted one of {', '.join(ACTIVATIONS)}"
            )
        if not self.weight.shape == self.bias.shape == self.output.shape or self.weight.ndim != 1:
            raise ValueError(
                f"weight, bias and output have the shapes {self.weight.shape}, {self.bias.shape} "
                f"and {self.output.shape}; wanted one and the same (N,)"
            )

    @property
    def width(self) -> int:
        """Number N of hidden units."""
        return int(self.weight.size)

    def __call__(self, x: Array) -> Array:
        """Compute F at points x of shape (P,)."""
        points = np.asarray(x, dtype=np.float64)
        if self.activation in ("step", "relu") and (self.weight > 0).all():
            return self._by_pieces(points)
        act = ACTIVATIONS[self.activation]
        size = max(1, _CHUNK // max(1, self.width))
        values = [
            act(np.outer(part, self.weight) + self.bias) @ self.output
            for part in np.array_split(points, range(size, points.size, size))
        ]
        return np.asarray(self.offset + np.concatenate(values))

    def _by_pieces(self, points: Array) -> Array:
        """Compute a network of steps or ReLUs that all switch on to the right, piece by piece.

        Between two kinks it is a straight line, so sums over the units that are on already give all
        values in N log N + P log N operations instead of N P.
        """
        kinks = -self.bias / self.weight
        order = np.argsort(kinks, kind="stable")
        on = np.searchsorted(kinks[order], points, side="right")
        zero = np.zeros(1)
        if self.activation == "step":
            height = np.concatenate([zero, np.cumsum(self.output[order])])
            return np.asarray(self.offset + height[on])
        slope = np.concatenate([zero, np.cumsum((self.output * self.weight)[order])])
        height = np.concatenate([zero, np.cumsum((self.output * self.bias)[order])])
        return np.asarray(self.offset + slope[on] * points + height[on])


def _grid(width: int) -> Array:
    # Several points in every piece; an odd count, so that no piece is met at its ends alone.
    return np.linspace(0.0, 1.0, max(4001, 36 * width + 1))


def worst_error(network: Network, target: Target) -> float:
    """Measure max |F(x) - f(x)| on a fine grid over [0, 1], at least 36 points a unit."""
    x = _grid(network.width)
    return float(np.abs(network(x) - target(x)).max())


def mean_square_error(network: Network, target: Target) -> float:
    """Measure the root of the mean of (F(x) - f(x))^2 over [0, 1], the norm of Barron's bound."""
    x = _grid(network.width)
    return float(np.sqrt(np.mean((network(x) - target(x)) ** 2)))
