"""Train many networks with one hidden layer at once.

A network of N units has the 3 N + 1 parameters w, b, v and c; all networks together are a matrix
(seeds, 3 N + 1).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch

from pyfrontiers.approximation.descent import OPTIMISERS, TRAINABLE, descend_together
from pyfrontiers.approximation.networks import Network
from pyfrontiers.approximation.targets import Target
from pyfrontiers.arguments import Range, Seed, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


__all__ = ["Fits", "train"]

Array = np.ndarray[Any, np.dtype[np.float64]]


#: Points at which progress reports show the network of median loss.
_GRID = np.linspace(0.0, 1.0, 101)
_GRID_POINTS = tuple(_GRID.tolist())
#: Standard deviation of the initial hidden weights, which makes the units steep. With a third of
#: it, the error on the wavy function is nearly twice as large with ReLUs, three times with tanh.
_WEIGHT_SCALE: Mapping[str, float] = MappingProxyType(
    {"relu": 6.0, "tanh": 24.0, "sigmoid": 48.0, "sine": 24.0}
)


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """Trained networks, one per seed.

    Attributes:
        networks: The networks.
        losses: (seeds, records) mean squared error on the training points, recorded at the start,
            every 50 steps and at the end.
        steps: The steps at which `losses` was recorded.
        seconds: Duration of the training.

    """

    networks: tuple[Network, ...]
    losses: Array
    steps: tuple[int, ...]
    seconds: float

    def __call__(self, x: Array) -> Array:
        """Evaluate all networks at points x (P,), returning (seeds, P)."""
        return np.stack([network(x) for network in self.networks])


@checked
def train(
    target: Target,
    *,
    width: Annotated[int, Range(1, 1024)] = 64,
    seeds: Annotated[int, Range(1, 100)] = 20,
    steps: Annotated[int, Range(1, 20_000)] = 2000,
    optimiser: str = "adam",
    activation: str = "relu",
    points: Annotated[int, Range(2, 4096)] = 128,
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> Fits:
    """Fit networks with one hidden layer to a target on [0, 1], from different initial weights.

    The loss is the mean squared error on equally spaced points, with full batches. Every unit is
    initialised to bend inside the interval, which helps all optimisers.

    Args:
        target: Function on [0, 1].
        width: Hidden units N, 1 to 1,024.
        seeds: Number of networks, 1 to 100.
        steps: Steps of the optimiser, 1 to 20,000.
        optimiser: A key of `OPTIMISERS`.
        activation: A key of `TRAINABLE`.
        points: Number of training points, 2 to 4,096.
        seed: 64-bit seed of the initial weights.
        report: Called with the fraction done, a message, and the curve of the network of median
            loss as (x, values).

    Returns:
        The networks and their losses during training.

    Raises:
        ValueError: An argument is out of range.
        ArithmeticError: The loss of a network is not finite.

    """
    if optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser must be one of {', '.join(OPTIMISERS)}, got {optimiser!r}")
    if activation not in TRAINABLE:
        raise ValueError(f"activation must be one of {', '.join(TRAINABLE)}, got {activation!r}")
    begin = time.perf_counter()
    x = torch.linspace(0, 1, points, dtype=torch.float32, device="cpu")
    heights = target(x.double().numpy())
    # Standardise the target, so that the learning rates suit curves of any height.
    unit = _Unit(float(heights.mean()), float(heights.std()) or 1.0)
    y = torch.as_tensor((heights - unit.mean) / unit.scale, dtype=torch.float32, device="cpu")
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
            report(done / steps, message, (_GRID_POINTS, tuple(network(_GRID).round(4).tolist())))

    rows, losses, recorded = descend_together(
        loss, start, (x, y), steps=steps, make=recipe.make, rate=rate, tell=tell
    )
    diverged = int((~np.isfinite(losses[:, -1])).sum())
    if diverged:
        raise ArithmeticError(
            f"training diverged for {diverged} of {seeds} networks; try another optimiser"
        )
    networks = _networks(rows, width, activation, unit)
    return Fits(networks, losses * unit.scale**2, recorded, time.perf_counter() - begin)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Mean and scale of the target: a standardised height z stands for mean + scale z."""

    mean: float
    scale: float


def _start(width: int, seeds: int, activation: str, seed: int) -> Tensor:
    """Draw initial weights so that every unit bends at a random point of the interval."""
    generator = torch.Generator("cpu").manual_seed(seed)
    draw = torch.randn(seeds, 2, width, generator=generator, dtype=torch.float32, device="cpu")
    places = torch.rand(seeds, width, generator=generator, dtype=torch.float32, device="cpu")
    weight = _WEIGHT_SCALE[activation] * draw[:, 0]
    rows = [weight, -weight * places, draw[:, 1] / width**0.5 / _WEIGHT_SCALE[activation]]
    return torch.cat([*rows, torch.zeros(seeds, 1, dtype=torch.float32, device="cpu")], dim=1)


def _networks(rows: Tensor, width: int, activation: str, unit: _Unit) -> tuple[Network, ...]:
    found = []
    for row in rows.double().numpy():
        weight, bias, output = row[: 3 * width].reshape(3, width)
        offset = unit.mean + unit.scale * float(row[-1])
        found.append(Network(weight, bias, unit.scale * output, offset, activation))
    return tuple(found)
