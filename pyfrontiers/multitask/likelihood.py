"""Losses weighed by the noise of their tasks: the published form, and the exact likelihoods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked
from pyfrontiers.multitask.losses import TaskTargets, class_loss, task_losses
from pyfrontiers.multitask.network import TaskOutputs, check_tasks
from pyfrontiers.multitask.tasks import Task

__all__ = [
    "best_exact",
    "best_published",
    "effective_weights",
    "exact_loss",
    "published_loss",
]


@checked
def published_loss(
    losses: Annotated[Tensor, Floats("K>0")],
    log_variances: Annotated[Tensor, Floats("K>0")],
    tasks: Sequence[Task],
) -> Tensor:
    """Return the loss of Kendall, Gal and Cipolla.

    With s = log sigma^2 of each task, c = 1 for the classes and c = 1/2 for the others,

        sum of c e^-s L + s / 2.

    The form comes from a Gaussian likelihood, whose square is replaced by |error|, and from a
    softmax with temperature sigma^2, which is approximated.

    Args:
        losses: (K,) losses L of the tasks.
        log_variances: (K,) s.
        tasks: the K tasks.

    Raises:
        ValueError: a shape differs, or a task is unknown.

    Source:
        Kendall, Gal and Cipolla, CVPR 2018, eq. 7 and 10.
    """
    factors = _factors(losses, tasks)
    return (factors * (-log_variances).exp() * losses + log_variances / 2).sum()


@checked
def best_published(losses: Annotated[Tensor, Floats("K>0")], tasks: Sequence[Task]) -> Tensor:
    """Return the log-variances (K,) that minimise `published_loss`: s = log 2 c L.

    Args:
        losses: (K,) losses, above 0.
        tasks: the K tasks.

    Raises:
        ValueError: a loss of 0 or less: the minimum lies at minus infinity.
    """
    _require_positive(losses)
    return (2 * _factors(losses, tasks) * losses).log()


def exact_loss(
    outputs: TaskOutputs,
    targets: TaskTargets,
    log_variances: Tensor,
    tasks: tuple[Task, ...],
    losses: Tensor | None = None,
) -> Tensor:
    """Return the sum of the tasks' mean negative log-likelihoods, in nats.

    With s = log sigma^2 of each task,

        classes:    -log softmax(e^-s logits)          a softmax of temperature sigma^2
        others:     s / 2 + log(2) / 2 + sqrt(2) e^(-s/2) |error|   a Laplace distribution of
                    variance sigma^2, of each component

    so that its minimum is a maximum of the likelihood, which that of `published_loss` is not.

    Args:
        outputs: of the network.
        targets: the labels.
        log_variances: (K,) s.
        tasks: the K tasks.
        losses: (K,) of `task_losses`, if they are there already.
    """
    if losses is None:
        losses = task_losses(outputs, targets, tasks)
    parts = []
    for task, loss, spread in zip(tasks, losses, log_variances, strict=True):
        if task == "classes":
            assert outputs.logits is not None
            parts.append(class_loss(outputs.logits * (-spread).exp(), targets.classes))
        else:
            parts.append((spread + math.log(2)) / 2 + math.sqrt(2) * (-spread / 2).exp() * loss)
    return torch.stack(parts).sum()


@checked
def best_exact(losses: Annotated[Tensor, Floats("K>0")]) -> Tensor:
    """Return the log-variances (K,) of Laplace distributions with mean errors L: log 2 L^2.

    Args:
        losses: (K,) means of |error|, above 0.

    Raises:
        ValueError: a loss of 0 or less: the minimum lies at minus infinity.
    """
    _require_positive(losses)
    return math.log(2) + 2 * losses.log()


def effective_weights(log_variances: Tensor, tasks: tuple[Task, ...], *, exact: bool) -> Tensor:
    """Return the factors (K,) of the losses in the sum, scaled to a sum of K.

    For the softmax with a temperature, the factor is that of its published approximation.
    """
    if exact:
        laplace = math.sqrt(2) * (-log_variances / 2).exp()
        is_class = torch.tensor([t == "classes" for t in tasks], device=log_variances.device)
        raw = torch.where(is_class, (-log_variances).exp(), laplace)
    else:
        raw = _factors(log_variances, tasks) * (-log_variances).exp()
    return raw * len(tasks) / raw.sum()


def _factors(like: Tensor, tasks: Sequence[Task]) -> Tensor:
    kept = check_tasks(tasks)
    if tuple(tasks) != kept or len(tasks) != len(like):
        raise ValueError(
            f"tasks must be the {len(like)} tasks of the losses in order, got {list(tasks)}"
        )
    factors = [1.0 if task == "classes" else 0.5 for task in kept]
    return torch.tensor(factors, dtype=like.dtype, device=like.device)


def _require_positive(losses: Tensor) -> None:
    if not bool((losses > 0).all()):
        raise ValueError(f"losses must be above 0, got {losses.tolist()}")
