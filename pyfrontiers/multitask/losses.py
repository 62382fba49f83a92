"""The losses of the three tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, checked
from pyfrontiers.scenes import UNKNOWN

if TYPE_CHECKING:
    from pyfrontiers.multitask.network import TaskOutputs
    from pyfrontiers.multitask.tasks import Task

__all__ = [
    "DEPTH_UNIT",
    "TaskTargets",
    "class_loss",
    "depth_loss",
    "offset_loss",
    "task_losses",
]

DEPTH_UNIT = 0.1
"""Unit of the loss of inverse depth, in 1/m: an object at 10 m has 1."""


class TaskTargets(NamedTuple):
    """What the heads should say.

    Attributes:
        classes: (N, H, W) int64; -1 where the class is unknown.
        offsets: (N, 2, H, W) pixels down and right to the centroid; NaN outside things.
        inverse_depth: (N, H, W) in 1/m; NaN where it was not measured.
    """

    classes: Tensor
    offsets: Tensor
    inverse_depth: Tensor


@checked
def class_loss(
    logits: Annotated[Tensor, Floats("N", "K>0", "H", "W")],
    classes: Annotated[Tensor, Integers("N", "H", "W")],
) -> Tensor:
    """Return the mean cross-entropy over the pixels whose class is known, in nats.

    Args:
        logits: (N, K, H, W).
        classes: (N, H, W), 0 to K - 1, or -1 for unknown.

    Returns:
        A scalar; 0 without gradient if no class is known.

    Raises:
        ValueError: a shape differs, or a class is out of range.
    """
    kinds = logits.shape[1]
    if classes.numel() and not -1 <= int(classes.min()) <= int(classes.max()) < kinds:
        raise ValueError(
            f"classes must be -1 to {kinds - 1}, got {int(classes.min())} to {int(classes.max())}"
        )
    known = (classes != UNKNOWN).sum().clamp_min(1)
    total = F.cross_entropy(logits, classes.long(), ignore_index=UNKNOWN, reduction="sum")
    return total / known


@checked
def offset_loss(
    offsets: Annotated[Tensor, Floats("N", 2, "H", "W")],
    target: Annotated[Tensor, Floats("N", 2, "H", "W")],
) -> Tensor:
    """Return the mean of |error| over the components of the vectors of all things, in pixels.

    Args:
        offsets: (N, 2, H, W) predicted vectors.
        target: (N, 2, H, W) true vectors; NaN outside things.

    Returns:
        A scalar; 0 without gradient if there is no thing.

    Raises:
        ValueError: a shape differs, or a true vector is infinite.
    """
    return _absolute(offsets, target, "target")


@checked
def depth_loss(
    inverse_depth: Annotated[Tensor, Floats("N", "H", "W")],
    target: Annotated[Tensor, Floats("N", "H", "W")],
) -> Tensor:
    """Return the mean of |error| over the measured pixels, in units of 0.1/m.

    Args:
        inverse_depth: (N, H, W) predicted, in 1/m.
        target: (N, H, W) true, in 1/m: 0 in the sky, NaN where it was not measured.

    Returns:
        A scalar; 0 without gradient if no pixel is measured.

    Raises:
        ValueError: a shape differs, or a target is infinite.
    """
    return _absolute(inverse_depth, target, "target") / DEPTH_UNIT


def _absolute(found: Tensor, target: Tensor, name: str) -> Tensor:
    if target.isinf().any():
        raise ValueError(
            f"{name} must be finite or NaN, got infinity in {int(target.isinf().sum())} places; "
            "pass inverse depth, which is 0 in the sky"
        )
    known = ~target.isnan()
    error = torch.where(known, target, 0.0) - found
    return torch.where(known, error.abs(), 0.0).sum() / known.sum().clamp_min(1)


def task_losses(outputs: TaskOutputs, targets: TaskTargets, tasks: tuple[Task, ...]) -> Tensor:
    """Return the losses (K,) of the tasks, in their order."""
    found = []
    for task in tasks:
        if task == "classes":
            assert outputs.logits is not None
            found.append(class_loss(outputs.logits, targets.classes))
        elif task == "instances":
            assert outputs.offsets is not None
            found.append(offset_loss(outputs.offsets, targets.offsets))
        else:
            assert outputs.inverse_depth is not None
            found.append(depth_loss(outputs.inverse_depth, targets.inverse_depth))
    return torch.stack(found)
