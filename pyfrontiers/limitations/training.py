"""Train small classifiers briefly, with all random draws from one seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from pyfrontiers.kernels import (
    TransformDistribution,
    fold_in,
    sample_transforms,
    transform,
)
from pyfrontiers.training import Drawn, train

if TYPE_CHECKING:
    from torch import Tensor, nn

# Streams derived from the seed: batches and augmentations.
_BATCHES, _FRESH = range(2)


def fit(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    steps: int,
    seed: int,
    batch: int = 32,
    rate: float = 1e-2,
    weights: Tensor | None = None,
    fresh: TransformDistribution | None = None,
) -> None:
    """Train a classifier in place with Adam and a one-cycle learning rate.

    Each step draws a batch with replacement, so the number of steps is independent of the number of
    examples. The model is left in eval mode.

    Args:
        model: Maps images to logits (N, K); its weights are changed.
        images: (N, C, H, W), at least one.
        labels: (N,) int64.
        steps: Steps of the optimiser, at least 1.
        seed: 64-bit seed of batches and augmentations.
        batch: Batch size, at least 1.
        rate: Maximum learning rate.
        weights: (N,) weights of the examples' losses. Default: all equal.
        fresh: Distribution of random transforms applied to every batch. Default: no augmentation.

    Raises:
        ValueError: There are no examples, their numbers differ, or ``steps`` is not positive.

    """
    if len(images) < 1 or len(images) != len(labels):
        raise ValueError(
            "images and labels must have the same length of at least 1, got "
            f"{len(images)} and {len(labels)}"
        )
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    batches = Drawn(len(images), batch, seed=fold_in(seed, _BATCHES))
    optimiser = torch.optim.Adam(model.parameters())

    def loss(step: int) -> Tensor:
        chosen = batches.at(step)
        shown = images[chosen]
        if fresh is not None:
            shown = transformed(shown, fresh, seed=fold_in(fold_in(seed, _FRESH), step))
        losses = F.cross_entropy(model(shown), labels[chosen], reduction="none")
        share = torch.ones_like(losses) if weights is None else weights[chosen]
        return (losses * share).sum() / share.sum()

    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps)
    train(model, loss, optimiser, steps=steps, seed=seed, schedule=schedule)


def transformed(images: Tensor, distribution: TransformDistribution, *, seed: int) -> Tensor:
    """Apply a different random transform to each image.

    Args:
        images: (N, C, H, W) in [0, 1].
        distribution: Distribution of the transforms.
        seed: 64-bit seed of the transforms.

    Returns:
        (N, C, H, W) in [0, 1].

    """
    drawn = sample_transforms(len(images), distribution, seed=seed, channels=images.shape[1])
    return transform(images, drawn, per_image=True, clip=(0.0, 1.0))[0]


@torch.no_grad()
def wrong(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Return whether each image is misclassified, (N,) bool.

    Args:
        model: Maps images to logits (N, K).
        images: (N, C, H, W).
        labels: (N,) int64.

    """
    missed: Tensor = model(images).argmax(1) != labels
    return missed
