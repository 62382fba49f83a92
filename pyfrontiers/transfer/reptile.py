"""Reptile: move the weights toward those that a task's training arrives at.

    w <- w + step (w' - w),   w' = the weights after some gradient steps on the task

No second derivative is needed, and a task is not split: the steps are made on its queries. The
direction (w - w') / rate is the sum of the gradients along the way, so one step is joint training.

Source: Nichol, Achiam and Schulman, On first-order meta-learning algorithms, 2018, algorithm 2 and
sec. 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.transfer.adaptation import adapt

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["reptile"]


def reptile(learner: Learner, row: Tensor, task: Tasks, inner: Inner) -> tuple[Tensor, Tensor]:
    """Return the distance covered (D,), divided by the step size, and the loss before it.

    Args:
        learner: the network.
        row: (D,) weights.
        task: one task; its support is not used.
        inner: the inner loop; with 1 step this is joint training.
    """
    adapted = adapt(learner, row, task.query_x, task.query_y, inner)
    return (row - adapted) / inner.rate, learner.loss(row, task.query_x, task.query_y)
