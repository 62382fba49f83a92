"""The inner loop: a few gradient steps on the examples of one task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.func import grad

from pyfrontiers.arguments import Sample, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["Inner", "adapt", "follow"]


@checked
@dataclass(frozen=True, slots=True)
class Inner:
    """Settings of the inner loop.

    Attributes:
        steps: gradient steps, from 0 on.
        rate: step size, above 0.
        head_only: whether only the last layer changes.

    Raises:
        ValueError: a number is out of range.
    """

    steps: Sample = 1
    rate: float = 0.01
    head_only: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"rate must be a number above 0, got {self.rate:g}")


def adapt(learner: Learner, row: Tensor, x: Tensor, y: Tensor, inner: Inner) -> Tensor:
    """Descend the loss on the examples of one task by full-batch gradient steps.

    Args:
        learner: the network.
        row: (D,) weights to begin with.
        x: (N, F) inputs.
        y: (N, 1) values or (N,) classes.
        inner: number and size of the steps.

    Returns:
        (D,) the adapted weights, differentiable with respect to `row`.
    """
    for _ in range(inner.steps):
        row = _stepped(learner, row, x, y, inner)
    return row


def follow(learner: Learner, row: Tensor, task: Tasks, inner: Inner, at: Sequence[int]) -> Tensor:
    """Return the outputs (len(at), Q, O) for the queries of one task after some steps.

    Args:
        learner: the network.
        row: (D,) weights to begin with.
        task: the task; the values of its queries are not read.
        inner: size of the steps; their number is not used.
        at: numbers of steps, ascending.
    """
    found = {}
    for done in range(max(at) + 1):
        if done in at:
            found[done] = learner.outputs(row, task.query_x)
        if done < max(at):
            row = _stepped(learner, row, task.support_x, task.support_y, inner)
    return torch.stack([found[steps] for steps in at])


def _stepped(learner: Learner, row: Tensor, x: Tensor, y: Tensor, inner: Inner) -> Tensor:
    if not inner.head_only:
        slope: Tensor = grad(learner.loss)(row, x, y)
        return row - inner.rate * slope
    body, head = torch.split(row, [learner.weights - learner.head, learner.head])
    slope = grad(lambda head: learner.loss(torch.cat([body, head]), x, y))(head)
    return torch.cat([body, head - inner.rate * slope])
