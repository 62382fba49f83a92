"""What is measured after every epoch: accuracies, losses, and how the losses are spread."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from pyfrontiers.generalization.conditions import Task

__all__ = ["LOSS_EDGES", "Curves", "Look", "Looking", "stacked"]

#: Edges of the bins of the loss of one image, in nats: thirds of a decade from 1e-5 to 100.
LOSS_EDGES = tuple(10 ** (third / 3) for third in range(-15, 7))
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a network; shares in [0, 1], losses in nats, NaN where there is no such image.

    Attributes:
        train: share of the training labels, true or thrown, that it gives.
        test: share of the true test labels that it gives.
        clean, redrawn: the share `train` among labels left alone and among those thrown.
        truth: share of the images with thrown labels for which it gives the true label.
        train_loss, test_loss: mean cross-entropy.
        noisy, other: for early stopping: share of thrown labels of every other test image that it
            gives, and share of true labels of the rest.
        clean_losses, redrawn_losses: number of training images in each bin of the loss,
            `LOSS_EDGES`; the outer bins hold what lies beyond.
    """

    train: float
    test: float
    clean: float
    redrawn: float
    truth: float
    train_loss: float
    test_loss: float
    noisy: float
    other: float
    clean_losses: tuple[int, ...]
    redrawn_losses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """The attributes of `Look`, each as a sequence over epochs 0, 1, ..."""

    train: tuple[float, ...]
    test: tuple[float, ...]
    clean: tuple[float, ...]
    redrawn: tuple[float, ...]
    truth: tuple[float, ...]
    train_loss: tuple[float, ...]
    test_loss: tuple[float, ...]
    noisy: tuple[float, ...]
    other: tuple[float, ...]
    clean_losses: tuple[tuple[int, ...], ...]
    redrawn_losses: tuple[tuple[int, ...], ...]


def stacked(looks: Sequence[Look]) -> Curves:
    """Turn a sequence of looks into curves."""
    return Curves(
        **{field.name: tuple(getattr(look, field.name) for look in looks) for field in fields(Look)}
    )


class Looking:
    """Measures networks on one task.

    Args:
        task: images and labels.
        device: where the networks are.
    """

    def __init__(self, task: Task, device: str) -> None:
        self._train = torch.split(task.train_images.to(device), _CHUNK)
        self._test = torch.split(task.test_images.to(device), _CHUNK)
        self._task = task
        self._edges = torch.tensor(LOSS_EDGES)

    @torch.no_grad()
    def __call__(self, model: nn.Module) -> Look:
        """Look at a network: its answers to every training and test image."""
        task = self._task
        logits = torch.cat([model(part) for part in self._train]).cpu()
        held_out = torch.cat([model(part) for part in self._test]).cpu()
        losses = F.cross_entropy(logits, task.labels, reduction="none")
        said, said_out = logits.argmax(1), held_out.argmax(1)
        right, right_out = said == task.labels, said_out == task.test_labels
        return Look(
            train=_mean(right),
            test=_mean(right_out),
            clean=_mean(right[~task.redrawn]),
            redrawn=_mean(right[task.redrawn]),
            truth=_mean((said == task.true_labels)[task.redrawn]),
            train_loss=_mean(losses),
            test_loss=_mean(F.cross_entropy(held_out, task.test_labels, reduction="none")),
            noisy=_mean((said_out == task.noisy_test_labels)[::2]),
            other=_mean(right_out[1::2]),
            clean_losses=self._spread(losses[~task.redrawn]),
            redrawn_losses=self._spread(losses[task.redrawn]),
        )

    def _spread(self, losses: Tensor) -> tuple[int, ...]:
        inner = self._edges[1:-1]
        bins = torch.bucketize(losses, inner)
        return tuple(torch.bincount(bins, minlength=len(inner) + 1).tolist())


def _mean(values: Tensor) -> float:
    return float(values.to(torch.float64).mean())
