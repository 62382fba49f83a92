"""ANIL: as MAML, but only the last layer adapts to a task.

The features are then the same for all tasks, and the inner loop fits a linear model to them.

Source: Raghu, Raghu, Bengio and Vinyals, Rapid learning or feature reuse? Towards understanding the
effectiveness of MAML, ICLR 2020, sec. 4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyfrontiers.transfer.maml import maml

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["anil"]


def anil(learner: Learner, row: Tensor, task: Tasks, inner: Inner) -> tuple[Tensor, Tensor]:
    """Return the gradient (D,) of the loss after the last layer's adaptation, and that loss."""
    return maml(learner, row, task, replace(inner, head_only=True))
