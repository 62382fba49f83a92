"""Prototypical networks: the class of an input is that of the nearest mean of embedded examples.

    p(k | x) = softmax over k of -|f(x) - c_k|^2,   c_k = mean of f over the examples of class k

Nothing is adapted by gradient steps: the examples are read once.

Source: Snell, Swersky and Zemel, Prototypical networks for few-shot learning, NIPS 2017, sec. 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.func import grad_and_value

from pyfrontiers.transfer.learners import loss_of
from pyfrontiers.transfer.tasks import WAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["nearest", "prototypes"]


def prototypes(learner: Learner, row: Tensor, task: Tasks, inner: Inner) -> tuple[Tensor, Tensor]:
    """Return the gradient (D,) of the queries' cross-entropy, and the cross-entropy.

    Args:
        learner: the network, whose outputs are the embedding.
        row: (D,) weights.
        task: one task.
        inner: not used.
    """

    def outer(row: Tensor) -> Tensor:
        return loss_of("classification", _logits(learner, row, task), task.query_y)

    direction, loss = grad_and_value(outer)(row)
    return direction, loss


def nearest(learner: Learner, row: Tensor, task: Tasks, inner: Inner, at: Sequence[int]) -> Tensor:
    """Return logits (len(at), Q, 5), as `adaptation.follow`: equal ones before the first step.

    The examples count as read from the first step on; later steps change nothing.
    """
    logits = _logits(learner, row, task)
    return torch.stack([logits if steps else torch.zeros_like(logits) for steps in at])


def _logits(learner: Learner, row: Tensor, task: Tasks) -> Tensor:
    classes = torch.arange(WAYS, device=task.support_y.device)
    examples = learner.outputs(row, task.support_x)
    member = (task.support_y == classes[:, None]).to(examples.dtype)
    count = member.sum(1)
    means = member @ examples / count.clamp_min(1)[:, None]
    away = learner.outputs(row, task.query_x)[:, None] - means
    # A class without examples has no mean, and no probability.
    return torch.where(count > 0, -away.square().sum(-1), -torch.inf)
