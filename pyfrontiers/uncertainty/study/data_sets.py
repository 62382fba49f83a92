"""Small data sets whose posterior a long HMC run can give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import torch

from pyfrontiers.kernels import fold_in, normal, uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

__all__ = ["DATA_SETS", "NOISE", "REACH", "Points", "Task"]

Task = Literal["regression", "classification"]
"""One input and one value, or two inputs and two classes."""

#: Standard deviation of the observations in a regression, which every method is told.
NOISE = 0.2
#: Inputs lie in [-REACH, REACH]; predictions are compared there.
REACH = 2.0


@dataclass(frozen=True, slots=True)
class Points:
    """Examples of a task, in an order in which they may be revealed.

    Attributes:
        task: what is learned.
        rows: (x, y) for a regression, (x1, x2, class 0 or 1) for a classification.

    Raises:
        ValueError: a row has another length, is not finite, or is outside the axes.
    """

    task: Task
    rows: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        width = 2 if self.task == "regression" else 3
        for row in self.rows:
            if len(row) != width or not all(map(math.isfinite, row)):
                raise ValueError(f"rows must have {width} finite numbers each, got {row!r}")
            if max(map(abs, row[:-1])) > REACH or abs(row[-1]) > 2 * REACH:
                raise ValueError(f"rows must lie within the axes, got {row!r}")
            if self.task == "classification" and row[-1] not in (0.0, 1.0):
                raise ValueError(f"rows must end in class 0 or 1, got {row!r}")

    def first(self, count: int) -> Points:
        """Return the first `count` examples."""
        return Points(self.task, self.rows[:count])

    @property
    def x(self) -> Tensor:
        """(N, inputs) float64."""
        return self._table[:, :-1]

    @property
    def y(self) -> Tensor:
        """(N,) values or classes, float64."""
        return self._table[:, -1]

    @property
    def _table(self) -> Tensor:
        width = 2 if self.task == "regression" else 3
        table = torch.tensor(self.rows, dtype=torch.float64, device="cpu")
        return table.reshape(len(self.rows), width)


def _points(task: Task, x: Tensor, y: Tensor) -> Points:
    table = torch.cat([x, y[:, None]], 1)
    return Points(task, tuple(tuple(round(v, 2) for v in row) for row in table.tolist()))


def _draw(seed: int, count: int) -> Tensor:
    return uniform((count,), seed=seed, dtype=torch.float64)


def _curve(seed: int, x: Tensor, y: Tensor) -> Points:
    noise = NOISE * normal((len(x),), seed=fold_in(seed, 9), dtype=torch.float64)
    return _points("regression", x[:, None], y + noise)


def _gap() -> Points:
    """Return a wave seen in two clusters, with nothing in between."""
    x = 0.9 * _draw(11, 16) + 0.6
    x *= 1.0 - 2.0 * (torch.arange(16, device="cpu") % 2)
    return _curve(11, x, torch.sin(2.2 * x))


def _wave() -> Points:
    x = 2.6 * _draw(12, 14) - 1.3
    return _curve(12, x, 0.5 * x + torch.sin(4.0 * x) * 0.8)


def _moons() -> Points:
    label = torch.arange(24, device="cpu") % 2
    angle = math.pi * _draw(13, 24)
    side = 1.0 - 2.0 * label
    x = torch.stack([side * angle.cos() + label - 0.5, side * angle.sin() - 0.25 * side], 1)
    return _noisy(13, x, label)


def _corners() -> Points:
    number = torch.arange(24, device="cpu")
    first, second = number % 2, (number // 2) % 2
    x = torch.stack([first, second], 1) * 1.6 - 0.8
    return _noisy(14, x.double(), first ^ second)


def _noisy(seed: int, x: Tensor, label: Tensor) -> Points:
    noise = 0.2 * normal((len(x), 2), seed=fold_in(seed, 9), dtype=torch.float64)
    return _points("classification", x + noise, label.double())


#: The shipped data sets by name.
DATA_SETS: Mapping[str, Points] = MappingProxyType(
    {"gap": _gap(), "wave": _wave(), "moons": _moons(), "corners": _corners()}
)
