"""The course of a training run: losses and the balance between them, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.multitask.balancing import Balance

__all__ = ["History", "TaskCurves"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCurves:
    """The course of a training run: a row for each of its 50 parts, so far.

    Attributes:
        losses: mean losses of the tasks: nats, pixels, 0.1/m.
        task_weights: factors of the losses at the end of the part, scaled to a sum of the number
            of tasks.
        log_variances: learned log sigma^2 at the end of the part; () for ways without them.
    """

    losses: tuple[tuple[float, ...], ...]
    task_weights: tuple[tuple[float, ...], ...]
    log_variances: tuple[tuple[float, ...], ...]


class History:
    """Mean losses of each part of a run, and the balance at its end."""

    def __init__(self, balance: Balance) -> None:
        self._balance = balance
        self._sum: Tensor | None = None
        self._steps = 0
        self._rows: dict[str, list[tuple[float, ...]]] = {
            "losses": [],
            "task_weights": [],
            "log_variances": [],
        }

    @property
    def learns(self) -> bool:
        """Whether the balance has parameters."""
        return any(True for _ in self._balance.parameters())

    def add(self, losses: Tensor) -> None:
        """Add the losses of a step."""
        found = losses.detach().double()
        self._sum = found if self._sum is None else self._sum + found
        self._steps += 1

    def close(self) -> None:
        """End a part."""
        assert self._sum is not None
        self._rows["losses"].append(tuple((self._sum / self._steps).tolist()))
        self._rows["task_weights"].append(tuple(self._balance.weights.tolist()))
        if (spread := self._balance.log_variances) is not None:
            self._rows["log_variances"].append(tuple(spread.tolist()))
        self._sum, self._steps = None, 0

    @property
    def rows(self) -> dict[str, tuple[tuple[float, ...], ...]]:
        """The rows by the name of the field."""
        return {name: tuple(rows) for name, rows in self._rows.items()}

    def state_dict(self) -> dict[str, Any]:
        """Return the rows."""
        return {name: list(rows) for name, rows in self._rows.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the rows."""
        self._rows = {name: [tuple(row) for row in rows] for name, rows in state.items()}
