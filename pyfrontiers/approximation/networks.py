"""A network with one input and one hidden layer, and its error on [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.approximation.targets import Target
from pyfrontiers.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


__all__ = ["ACTIVATIONS", "Network", "rms_error", "worst_error"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Hidden values computed at a time, which bounds the memory of a wide network on many points.
_CHUNK = 1 << 20


def _sigmoid(z: Array) -> Array:
    # Unlike 1 / (1 + exp(-z)), this form does not overflow for steep units.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


#: Activation functions by name.
ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "step": lambda z: np.asarray(z >= 0.0, dtype=np.float64),
        "sigmoid": _sigmoid,
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0.0),
        "sine": np.sin,
    }
)


@checked
@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The network F(x) = c + sum over j of v_j phi(w_j x + b_j).

    Attributes:
        weight: w, (N,), float64.
        bias: b, (N,), float64.
        output: v, (N,), float64.
        offset: c.
        activation: phi, a key of `ACTIVATIONS`.

    Raises:
        ValueError: The activation is unknown, or w, b and v differ in shape.

    """

    weight: Array
    bias: Array
    output: Array
    offset: float
    activation: str

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation must be one of {', '.join(ACTIVATIONS)}, got {self.activation!r}"
            )
        if not self.weight.shape == self.bias.shape == self.output.shape or self.weight.ndim != 1:
            raise ValueError(
                "weight, bias and output must have the same shape (N,), got "
                f"{self.weight.shape}, {self.bias.shape} and {self.output.shape}"
            )

    @property
    def width(self) -> int:
        """Number N of hidden units."""
        return int(self.weight.size)

    def __call__(self, x: Array) -> Array:
        """Evaluate F at points x (P,), returning (P,)."""
        points = np.asarray(x, dtype=np.float64)
        if self.activation in ("step", "relu") and (self.weight > 0).all():
            return self._piecewise(points)
        act = ACTIVATIONS[self.activation]
        size = max(1, _CHUNK // max(1, self.width))
        values = [
            act(np.outer(part, self.weight) + self.bias) @ self.output
            for part in np.array_split(points, range(size, points.size, size))
        ]
        return np.asarray(self.offset + np.concatenate(values))

    def _piecewise(self, points: Array) -> Array:
        """Evaluate a network of steps or ReLUs with positive weights.

        Between kinks the network is linear, so cumulative sums over the units that are on yield all
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
    # Fine enough that every linear piece is sampled in its interior too.
    return np.linspace(0.0, 1.0, max(4001, 36 * width + 1))


@checked
def worst_error(network: Network, target: Target) -> float:
    """Return max |F(x) - f(x)| over a grid on [0, 1] with at least 36 points per hidden unit."""
    x = _grid(network.width)
    return float(np.abs(network(x) - target(x)).max())


@checked
def rms_error(network: Network, target: Target) -> float:
    """Return the root mean square of F(x) - f(x) on [0, 1], the norm in Barron's bound."""
    x = _grid(network.width)
    return float(np.sqrt(np.mean((network(x) - target(x)) ** 2)))
