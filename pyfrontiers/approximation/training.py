"""Let gradient descent try: many networks of one shape, trained side by side.

A run is 3 N + 1 numbers, w, b, v and c, and all runs are one matrix (seeds, 3 N + 1).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.approximation.descent import OPTIMISERS, TRAINABLE, descend_together
from pyfrontiers.approximation.networks import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from pyfrontiers.approximation.targets import Target

__all__ = ["Fits", "train"]

Array = np.ndarray[Any, np.dtype[np.float64]]


#: Where the network of median loss is shown to whoever watches.
_GRID = np.linspace(0.0, 1.0, 101)
_WATCHED = tuple(_GRID.tolist())
#: Scale of the hidden weights at the start: steep units at random places of the interval. A third
#: of it leaves nearly twice the error on the wavy function with ReLUs, and three times with tanh.
_BEND: Mapping[str, float] = MappingProxyType(
    {"relu": 6.0, "tanh": 24.0, "sigmoid": 48.0, "sine": 24.0}
)


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """Trained networks, one for each seed.

    Attributes:
        networks: The networks.
        losses: (seeds, records) mean squared error on the training points, at the start, then
            every 50 steps, then at the end.
        steps: The steps that `losses` was recorded after.
        seconds: How long the training took.

    """

    networks: tuple[Network, ...]
    losses: Array
    steps: tuple[int, ...]
    seconds: float

    def __call__(self, x: Array) -> Array:
        """Compute every network at points x (P,); (seeds, P)."""
        return np.stack([network(x) for network in self.networks])


def train(
    target: Target,
    *,
    width: int = 64,
    seeds: int = 20,
    steps: int = 2000,
    optimiser: str = "adam",
    activation: str = "relu",
    points: int = 128,
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> Fits:
    """Fit networks with one hidden layer to a target on [0, 1], from different random starts.

    The loss is the mean squared error on equally spaced points, all of them in every step. The
    units start bending inside the interval, which helps every optimiser that was tried.

    Args:
        target: What is approximated.
        width: N, hidden units, 1 to 1,024.
        seeds: Networks, 1 to 100.
        steps: Steps of the optimiser, 1 to 20,000.
        optimiser: A key of `OPTIMISERS`.
        activation: A key of `TRAINABLE`.
        points: Training points from 0 to 1, 2 to 4,096.
        seed: 64-bit seed of the random starts.
        report: Told the fraction, a message, and the curves so far.

    Returns:
        The networks and how their loss fell.

    Raises:
        ValueError: An argument is out of range; it is named.
        ArithmeticError: The loss of a network is no longer finite.

    """
    _require("width", width, 1, 1024)
    _require("seeds", seeds, 1, 100)
    _require("steps", steps, 1, 20_000)
    _require("points", points, 2, 4096)
    if optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser is {optimiser!r}; wanted one of {', '.join(OPTIMISERS)}")
    if activation not in TRAINABLE:
        raise ValueError(f"activation is {activation!r}; wanted one of {', '.join(TRAINABLE)}")
    begin = time.perf_counter()
    x = torch.linspace(0, 1, points)
    heights = target(x.double().numpy())
    # Standardised, so that the step sizes suit a curve of any height.
    unit = _Unit(float(heights.mean()), float(heights.std()) or 1.0)
    y = torch.as_tensor((heights - unit.mean) / unit.scale, dtype=torch.float32)
    start = _start(width, seeds, activation, seed)
    act = TRAINABLE[activation]
    recipe, rate = OPTIMISERS[optimiser], OPTIMISERS[optimiser].rate
    if recipe.relative:
        weight, bias = start[:, :width, None], start[:, width : 2 * width, None]
        rate /= 2 * float(act(weight * x + bias).square().sum(1).mean())

    def loss(row: Tensor, x: Tensor, y: Tensor) -> Tensor:
        weight, bias, output = row[: 3 * width].reshape(3, width)
        values = act(x[:, None] * weight + bias) @ output + row[-1]
        error: Tensor = (values - y).square().mean()
        return error

    def tell(done: int, rows: Tensor, losses: Tensor) -> None:
        if report is not None:
            middle = int(losses.argsort()[seeds // 2])
            message = (
                f"step {done:,} of {steps:,}, median loss {losses[middle] * unit.scale**2:.2e}"
            )
            (network,) = _networks(rows[middle : middle + 1], width, activation, unit)
            report(done / steps, message, (_WATCHED, tuple(network(_GRID).round(4).tolist())))

    rows, losses, recorded = descend_together(
        loss, start, (x, y), steps=steps, make=recipe.make, rate=rate, tell=tell
    )
    diverged = int((~np.isfinite(losses[:, -1])).sum())
    if diverged:
        raise ArithmeticError(
            f"the training diverged in {diverged} of {seeds} networks; try another optimiser"
        )
    networks = _networks(rows, width, activation, unit)
    return Fits(networks, losses * unit.scale**2, recorded, time.perf_counter() - begin)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a standardised height of 0 is, and of 1 more."""

    mean: float
    scale: float


def _start(width: int, seeds: int, activation: str, seed: int) -> Tensor:
    """Draw weights so that every unit bends at a random place of the interval."""
    generator = torch.Generator().manual_seed(seed % 2**63)
    draw = torch.randn(seeds, 2, width, generator=generator)
    places = torch.rand(seeds, width, generator=generator)
    weight = _BEND[activation] * draw[:, 0]
    rows = [weight, -weight * places, draw[:, 1] / width**0.5 / _BEND[activation]]
    return torch.cat([*rows, torch.zeros(seeds, 1)], dim=1)


def _networks(rows: Tensor, width: int, activation: str, unit: _Unit) -> tuple[Network, ...]:
    found = []
    for row in rows.double().numpy():
        weight, bias, output = row[: 3 * width].reshape(3, width)
        offset = unit.mean + unit.scale * float(row[-1])
        found.append(Network(weight, bias, unit.scale * output, offset, activation))
    return tuple(found)


def _require(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; wanted a whole number from {low} to {high:,}")
