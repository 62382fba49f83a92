"""Train the digit network; takes a few seconds and depends on one seed only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers import training
from pyfrontiers.arguments import Count, Floats, Integers, Seed, Share, checked
from pyfrontiers.digits.data import load
from pyfrontiers.digits.network import CHANNELS, DigitNet
from pyfrontiers.kernels import fold_in
from pyfrontiers.training import Shuffled

_BATCH = 64
_SHUFFLES = 32  # first stream of the shuffles; the network uses the streams below
_PEAK_RATE = 1e-2


@dataclass(frozen=True, slots=True)
class Training:
    """The result of a training run.

    Attributes:
        model: the network, frozen and in eval mode.
        train_accuracy, test_accuracy: accuracies without dropout, in [0, 1].
        losses: mean cross-entropy of each epoch in nats.
    """

    model: DigitNet
    train_accuracy: float
    test_accuracy: float
    losses: tuple[float, ...]


@checked
def train(
    *,
    seed: Seed = 0,
    epochs: Count = 120,
    p: Share = 0.5,
    channels: tuple[int, int, int] = CHANNELS,
    report: Callable[[float, str], None] | None = None,
) -> Training:
    """Train a `DigitNet` with Adam, a one-cycle learning rate and batches of 64.

    Args:
        seed: 64-bit seed of weights, masks and shuffles. Equal seeds give equal weights on one
            machine, and equal accuracy up to rounding on others.
        epochs: passes over the 1,442 training digits, at least 1.
        p: dropout probability during training, in [0, 1].
        channels: filters of the three convolutions.
        report: called after each epoch with the fraction done and a message.

    Returns:
        The network, its accuracies and the losses.

    Raises:
        ValueError: `epochs` is less than 1, or `p` is out of range.
    """
    digits = load()
    images, labels = digits.train_images, digits.train_labels
    model = DigitNet(channels, p=p, seed=seed)
    losses = fit(model, images, labels, seed=seed, epochs=epochs, report=report)
    return Training(
        model,
        accuracy(model, images, labels),
        accuracy(model, digits.test_images, digits.test_labels),
        losses,
    )


def fit(
    model: DigitNet,
    images: Tensor,
    labels: Tensor,
    *,
    seed: int,
    epochs: int,
    report: Callable[[float, str], None] | None = None,
) -> tuple[float, ...]:
    """Train a network in place and freeze it; see `train`.

    Returns:
        Mean cross-entropy of each epoch in nats.
    """
    batches = Shuffled(len(images), _BATCH, seed=fold_in(seed, _SHUFFLES), keep_last=False)
    steps = epochs * batches.per_epoch
    optimiser = torch.optim.Adam(model.parameters())

    def loss(step: int) -> Tensor:
        chosen = batches.at(step)
        return F.cross_entropy(model(images[chosen]), labels[chosen])

    losses = training.train(
        model,
        loss,
        optimiser,
        steps=steps,
        every=batches.per_epoch,
        seed=seed,
        schedule=torch.optim.lr_scheduler.OneCycleLR(optimiser, _PEAK_RATE, steps),
        report=report,
    )
    model.requires_grad_(False)
    return losses


@checked
def accuracy(
    model: nn.Module,
    images: Annotated[Tensor, Floats("N>0", "...")],
    labels: Annotated[Tensor, Integers("N")],
) -> float:
    """Return the share of images whose largest logit is that of the label.

    Args:
        model: maps images to logits (N, K).
        images: (N, ...).
        labels: (N,) int64.
    """
    with torch.no_grad():
        return float((model(images).argmax(1) == labels).float().mean())
