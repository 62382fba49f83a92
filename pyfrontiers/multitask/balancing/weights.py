"""Balances that weigh the losses: fixed, by learned variances, by their decrease."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.multitask.balancing.balance import Balance, Step
from pyfrontiers.multitask.likelihood import effective_weights, exact_loss, published_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.multitask.tasks import Task

__all__ = ["Averages", "Fixed", "Learned"]


class Fixed(Balance):
    """The sum of w_k L_k.

    Args:
        tasks: the K tasks.
        weights: K numbers of at least 0, not all 0; None for equal ones. They are scaled to a sum
            of K.
    """

    def __init__(self, tasks: tuple[Task, ...], weights: Sequence[float] | None = None) -> None:
        super().__init__(tasks)
        if weights is None:
            return
        given = torch.tensor(list(weights), device="cpu", dtype=torch.float32)
        if len(given) != len(tasks) or not given.isfinite().all() or given.min() < 0:
            raise ValueError(
                f"weights must be {len(tasks)} finite numbers of at least 0, one for each of "
                f"{', '.join(tasks)}, got {list(weights)}"
            )
        if not given.sum():
            raise ValueError("weights must have a number above 0, got only 0")
        self.weights.copy_(given * len(given) / given.sum())

    def forward(self, step: Step) -> Tensor:
        """Return the weighted sum."""
        return (self.weights * step.losses).sum()


class Learned(Balance):
    """Log-variances that are learned with the network.

    Args:
        tasks: the K tasks.
        exact: `exact_loss` instead of `published_loss`.
    """

    def __init__(self, tasks: tuple[Task, ...], *, exact: bool = False) -> None:
        super().__init__(tasks)
        self._exact = exact
        self.spread = nn.Parameter(torch.zeros(len(tasks), device="cpu", dtype=torch.float32))

    @property
    def log_variances(self) -> Tensor:
        """(K,) log sigma^2."""
        return self.spread.detach()

    def forward(self, step: Step) -> Tensor:
        """Return the published form, or the negative log-likelihood."""
        self.weights.copy_(effective_weights(self.log_variances, self.tasks, exact=self._exact))
        if self._exact:
            return exact_loss(step.outputs, step.targets, self.spread, self.tasks, step.losses)
        return published_loss(step.losses, self.spread, self.tasks)


class Averages(Balance):
    """Dynamic weight average: a loss that falls more slowly than the others counts more.

    Args:
        tasks: the K tasks.
        epoch: steps over which a loss is averaged.

    Source:
        Liu, Johns and Davison, End-to-End Multi-Task Learning with Attention, CVPR 2019, sec. 3.3;
        torchjd's `DWA`.
    """

    def __init__(self, tasks: tuple[Task, ...], *, epoch: int) -> None:
        super().__init__(tasks)
        from torchjd.scalarization import DWA

        self._dwa = DWA()
        self._epoch, self._seen = epoch, 0

    def forward(self, step: Step) -> Tensor:
        """Return the weighted sum."""
        if self._seen and self._seen % self._epoch == 0:
            self._dwa.step()
        self._seen += 1
        losses = step.losses
        total: Tensor = self._dwa(losses)
        with torch.no_grad():
            self.weights.copy_(self._dwa._compute_weights(losses))
        return total

    def get_extra_state(self) -> dict[str, Any]:
        """Return the averages; torchjd keeps them outside of `state_dict`."""
        return {
            "seen": self._seen,
            "sum": self._dwa._loss_sum,
            "batches": self._dwa._n_batches,
            "averages": list(self._dwa._previous_averages),
        }

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Restore the averages."""
        self._seen = state["seen"]
        self._dwa._loss_sum = state["sum"]
        self._dwa._n_batches = state["batches"]
        self._dwa._previous_averages = list(state["averages"])
