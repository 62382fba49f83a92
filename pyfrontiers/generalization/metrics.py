"""Metrics measured after every epoch: accuracies, losses and histograms of the losses."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from pyfrontiers.generalization.conditions import Task

__all__ = ["LOSS_EDGES", "Curves", "EpochMetrics", "Evaluator", "to_curves"]

#: Edges of the histogram bins of the loss per image in nats: thirds of a decade from 1e-5 to 100.
LOSS_EDGES = tuple(10 ** (third / 3) for third in range(-15, 7))
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class EpochMetrics:
    """Metrics of a network after one epoch; accuracies in [0, 1], losses in nats.

    A metric over no images, such as the accuracy on randomised labels when there are none, is NaN.

    Attributes:
        train: accuracy on the training labels, true or randomised.
        test: accuracy on the true test labels.
        clean, redrawn: the part of `train` on labels left alone, and on randomised labels.
        truth: share of the images with randomised labels that are predicted as their true class.
        train_loss, test_loss: mean cross-entropy on the training labels and the true test labels.
        noisy, other: for early stopping: accuracy on the randomised labels of every other test
            image, and on the true labels of the rest.
        clean_losses, redrawn_losses: histogram of the training losses over the bins `LOSS_EDGES`,
            for labels left alone and for randomised labels; the outer bins are open-ended.
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
    """The attributes of `EpochMetrics`, each as a sequence over epochs 0, 1, ..."""

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


def to_curves(metrics: Sequence[EpochMetrics]) -> Curves:
    """Transpose the metrics of consecutive epochs into curves."""
    return Curves(
        **{
            field.name: tuple(getattr(one, field.name) for one in metrics)
            for field in fields(EpochMetrics)
        }
    )


class Evaluator:
    """Evaluates networks on one task.

    Args:
        task: images and labels.
        device: torch device of the networks.
    """

    def __init__(self, task: Task, device: str) -> None:
        self._train = torch.split(task.train_images.to(device), _CHUNK)
        self._test = torch.split(task.test_images.to(device), _CHUNK)
        self._task = task
        self._edges = torch.tensor(LOSS_EDGES, dtype=torch.float32, device="cpu")

    @torch.no_grad()
    def __call__(self, model: nn.Module) -> EpochMetrics:
        """Evaluate a network on all training and test images."""
        task = self._task
        logits = torch.cat([model(part) for part in self._train]).cpu()
        test_logits = torch.cat([model(part) for part in self._test]).cpu()
        losses = F.cross_entropy(logits, task.labels, reduction="none")
        predicted, test_predicted = logits.argmax(1), test_logits.argmax(1)
        correct, test_correct = predicted == task.labels, test_predicted == task.test_labels
        return EpochMetrics(
            train=_mean(correct),
            test=_mean(test_correct),
            clean=_mean(correct[~task.redrawn]),
            redrawn=_mean(correct[task.redrawn]),
            truth=_mean((predicted == task.true_labels)[task.redrawn]),
            train_loss=_mean(losses),
            test_loss=_mean(F.cross_entropy(test_logits, task.test_labels, reduction="none")),
            noisy=_mean((test_predicted == task.noisy_test_labels)[::2]),
            other=_mean(test_correct[1::2]),
            clean_losses=self._histogram(losses[~task.redrawn]),
            redrawn_losses=self._histogram(losses[task.redrawn]),
        )

    def _histogram(self, losses: Tensor) -> tuple[int, ...]:
        inner = self._edges[1:-1]
        bins = torch.bucketize(losses, inner)
        return tuple(torch.bincount(bins, minlength=len(inner) + 1).tolist())


def _mean(values: Tensor) -> float:
    return float(values.to(torch.float64).mean())
