"""Joint training: one network for all tasks at once, to be fine-tuned on a new one.

Without adaptation a network can only learn what the tasks have in common: of sine curves their
mean, of classes the features that tell them apart.

Source: Caruana, Multitask learning, Machine Learning 28, 1997; Yosinski et al., How transferable
are features in deep neural networks, NIPS 2014, for the new head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.func import grad_and_value

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["joint", "with_new_head"]


def joint(learner: Learner, row: Tensor, task: Tasks, inner: Inner) -> tuple[Tensor, Tensor]:
    """Return the gradient (D,) of the loss on a task's queries, and that loss.

    Args:
        learner: the network; for classes, one that tells all of the family apart.
        row: (D,) weights.
        task: one task; its support is not used.
        inner: not used.
    """
    direction, loss = grad_and_value(learner.loss)(row, task.query_x, task.query_y)
    return direction, loss


def with_new_head(rows: Tensor, trained: Learner, wanted: Learner) -> Tensor:
    """Replace the last layer by zeros if the wanted network has another number of outputs.

    Args:
        rows: (..., D) weights of the trained network.
        trained: the trained network.
        wanted: the network to be fine-tuned; all layers but the last are equal.
    """
    if trained.sizes == wanted.sizes:
        return rows
    body = rows[..., : trained.weights - trained.head]
    return torch.cat([body, body.new_zeros((*body.shape[:-1], wanted.head))], -1)
