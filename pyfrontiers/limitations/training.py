"""Short trainings of small networks on whatever examples they are given, every draw from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from pyfrontiers.kernels import (
    TransformDistribution,
    fold_in,
    sample_transforms,
    transform,
    uniform,
)

if TYPE_CHECKING:
    from torch import Tensor, nn

_FRESH = 1 << 32  # streams of fresh transforms; those of the batches lie below


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
    """Train a classifier with Adam and a one-cycle rate; it is left in evaluation mode.

    Each step draws a batch with replacement, so the number of steps does not depend on the number
    of examples.

    Args:
        model: From images to logits (N, K); its weights are changed.
        images: (N, C, H, W), at least one.
        labels: (N,) int64.
        steps: Steps of the optimiser, at least 1.
        seed: 64-bit stream of the batches and transforms.
        batch: Examples of a step.
        rate: Peak of the learning rate.
        weights: (N,) weight of each example's loss; all equal when left out.
        fresh: Transforms to draw anew for every example of every batch; none when left out.

    Raises:
        ValueError: There are no examples, their numbers differ, or ``steps`` is not positive.

    """
    if len(images) < 1 or len(images) != len(labels):
        raise ValueError(
            f"images and labels: got {len(images)} and {len(labels)}; wanted equally many, "
            "at least one"
        )
    if steps < 1:
        raise ValueError(f"steps is {steps}; training needs at least 1")
    model.train()
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps)
    for step in range(steps):
        drawn = uniform((batch,), seed=fold_in(seed, step))
        chosen = (drawn * len(images)).long().clamp_max(len(images) - 1)
        shown = images[chosen]
        if fresh is not None:
            shown = transformed(shown, fresh, seed=fold_in(seed, _FRESH + step))
        losses = F.cross_entropy(model(shown), labels[chosen], reduction="none")
        share = torch.ones_like(losses) if weights is None else weights[chosen]
        optimiser.zero_grad(set_to_none=True)
        ((losses * share).sum() / share.sum()).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    model.eval()


def transformed(images: Tensor, distribution: TransformDistribution, *, seed: int) -> Tensor:
    """Give every image one transform of its own.

    Args:
        images: (N, C, H, W) in [0, 1].
        distribution: What is drawn from.
        seed: 64-bit stream.

    Returns:
        (N, C, H, W) in [0, 1].

    """
    drawn = sample_transforms(len(images), distribution, seed=seed, channels=images.shape[1])
    return transform(images, drawn, per_image=True, clip=(0.0, 1.0))[0]


@torch.no_grad()
def wrong(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Tell for each image whether the largest logit is not the label's: (N,) bool."""
    missed: Tensor = model(images).argmax(1) != labels
    return missed
