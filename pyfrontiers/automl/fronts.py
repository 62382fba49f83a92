"""Several objectives at once: dominance, the Pareto front, and an order of preference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from pyfrontiers.arguments import Array, checked
from pyfrontiers.automl.metrics import METRICS, check_metrics
from pyfrontiers.automl.protocols import Outcome

__all__ = ["Objectives", "pareto_front", "preference"]

Points = Annotated[np.ndarray[Any, Any], Array("N", "M")]


@checked
@dataclass(frozen=True)
class Objectives:
    """Metrics that a search optimises at once, each in its own direction.

    Attributes:
        metrics: names in `METRICS`.

    Raises:
        ValueError: a metric is unknown, or there is none.

    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        check_metrics(self.metrics)

    @checked
    def point(self, outcome: Outcome) -> tuple[float, ...]:
        """Return an outcome's metrics with signs that make larger ones better.

        A failed child gets the worst value of every metric.

        Raises:
            ValueError: the outcome lacks a metric.

        """
        found = []
        for name in self.metrics:
            metric = METRICS[name]
            if outcome.value is None:
                value = metric.floor
            elif name in outcome.metrics:
                value = outcome.metrics[name]
            else:
                raise ValueError(
                    f"outcome must have the metrics {', '.join(self.metrics)}, got "
                    f"{', '.join(outcome.metrics) or 'none'}"
                )
            found.append(value if metric.larger else -value)
        return tuple(found)


def _layers(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return each point's layer: 0 for the front, 1 for the front of the rest, and so on."""
    layer = np.full(len(points), -1)
    at_least = (points[:, None] >= points[None]).all(2)
    better = at_least & (points[:, None] > points[None]).any(2)
    number = 0
    while (left := layer < 0).any():
        dominated = (better & left[:, None]).any(0)
        layer[left & ~dominated] = number
        number += 1
    return layer


@checked
def pareto_front(points: Points) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the rows that no other row dominates; larger is better in every column.

    A row dominates another if it is at least as good in every column and better in one. Equal rows
    do not dominate each other.

    Args:
        points: (N, M), such as from `Objectives.point`.

    Returns:
        Indices of the rows, ascending.

    Raises:
        ValueError: a value is not finite.

    """
    return np.nonzero(_layers(points) == 0)[0] if len(points) else np.zeros(0, np.int64)


@checked
def preference(points: Points) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Order points from the most to the least useful; larger is better in every column.

    Layers of fronts come one after another. Within a layer, the best point of the first column
    comes first, and then always the point that is farthest from those before it, with columns
    scaled to the layer's range: any number of first points covers the front.

    Args:
        points: (N, M).

    Returns:
        All indices of the rows in this order.

    Raises:
        ValueError: a value is not finite.

    Source:
        Schmucker, Donini, Zafar, Salinas and Archambeau, Multi-objective asynchronous successive
        halving, 2021, sec. 4.2 (epsilon-net).

    """
    layer = _layers(points)
    order: list[int] = []
    for number in range(layer.max(initial=-1) + 1):
        order += _spread(points, np.nonzero(layer == number)[0])
    return np.array(order, np.int64)


def _spread(points: np.ndarray[Any, Any], rows: np.ndarray[Any, Any]) -> list[int]:
    width = np.ptp(points[rows], axis=0)
    scaled = points[rows] / np.where(width > 0, width, 1.0)
    chosen = [int(points[rows, 0].argmax())]
    distance = np.full(len(rows), np.inf)
    while len(chosen) < len(rows):
        distance = np.minimum(distance, np.abs(scaled - scaled[chosen[-1]]).max(1))
        distance[chosen] = -1.0
        chosen.append(int(distance.argmax()))
    return [int(rows[place]) for place in chosen]
