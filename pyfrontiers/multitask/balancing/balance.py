"""The interface of a balance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from pyfrontiers.multitask.losses import TaskTargets
    from pyfrontiers.multitask.network import TaskNet, TaskOutputs
    from pyfrontiers.multitask.tasks import Task

__all__ = ["Balance", "Step"]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A training step before its gradient.

    Attributes:
        network: the network.
        outputs: its outputs for the batch.
        targets: the labels of the batch.
        losses: (K,) losses of the tasks.
    """

    network: TaskNet
    outputs: TaskOutputs
    targets: TaskTargets
    losses: Tensor


class Balance(nn.Module, ABC):
    """Turns the losses of K tasks into one scalar, whose gradient moves network and balance.

    Whatever a balance remembers is in its `state_dict`, so that a run can be resumed.

    Args:
        tasks: the K tasks.

    Attributes:
        weights: (K,) latest factors of the losses, scaled to a sum of K; for a display.
    """

    weights: Tensor

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        super().__init__()
        self.tasks = tasks
        self.register_buffer("weights", torch.ones(len(tasks), device="cpu", dtype=torch.float32))

    @property
    def log_variances(self) -> Tensor | None:
        """(K,) log sigma^2 of the tasks; None if the balance has none."""
        return None

    @abstractmethod
    def forward(self, step: Step) -> Tensor:
        """Return the scalar to minimise."""
