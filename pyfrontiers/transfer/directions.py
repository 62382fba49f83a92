"""Directions of the outer loop, for all runs and tasks of a step in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.func import vmap
from torch.fx.experimental.proxy_tensor import make_fx

from pyfrontiers.transfer.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.methods import Direction

__all__ = ["Directions"]


class Directions:
    """Mean directions over the tasks of each run.

    Args:
        direction: of the method.
        learner: the network.
        inner: the inner loop.
        block: tasks computed at a time, to bound memory; None for all. The result does not depend
            on it: a task's direction is computed with its own copy of the weights, and the mean is
            taken over all of them at once.
    """

    def __init__(
        self, direction: Direction, learner: Learner, inner: Inner, *, block: int | None = None
    ) -> None:
        self._direction, self._learner, self._inner = direction, learner, inner
        self._block = block
        self._recorded: dict[int, Callable[..., tuple[Tensor, Tensor]]] = {}

    @torch.no_grad()
    def __call__(self, rows: Tensor, tasks: Tasks) -> tuple[Tensor, Tensor]:
        """Return the directions (R, D) and losses (R,) of R runs.

        Args:
            rows: (R, D) weights.
            tasks: R T tasks, those of a run one after the other.
        """
        runs, each = len(rows), len(tasks.support_x) // len(rows)
        copies = rows.detach().repeat_interleave(each, 0)
        block = self._block or len(copies)
        parts = [
            self._at_once(copies[i : i + block], Tasks(*(part[i : i + block] for part in tasks)))
            for i in range(0, len(copies), block)
        ]
        directions, losses = (torch.cat(both) for both in zip(*parts, strict=True))
        return directions.reshape(runs, each, -1).mean(1), losses.reshape(runs, each).mean(1)

    def _at_once(self, rows: Tensor, tasks: Tasks) -> tuple[Tensor, Tensor]:
        if len(rows) not in self._recorded:
            # One flat list of operations: going through vmap and grad in every step takes longer
            # than the arithmetic of a small network.
            recorded = make_fx(vmap(self._one))(rows, *tasks)
            recorded.graph.eliminate_dead_code()
            recorded.recompile()
            self._recorded[len(rows)] = recorded
        return self._recorded[len(rows)](rows, *tasks)

    def _one(self, row: Tensor, *task: Tensor) -> tuple[Tensor, Tensor]:
        return self._direction(self._learner, row, Tasks(*task), self._inner)
