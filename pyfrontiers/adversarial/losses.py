"""Loss functions: an untargeted attack maximises one, a targeted attack minimises it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["LOSSES", "Loss", "cross_entropy", "margin"]

Loss = Callable[[Tensor, Tensor], Tensor]
"""Maps logits (N, K) and classes (N,) to a loss (N,) that is low where the class is predicted."""


def cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Return the training loss -log softmax(z)_y of each sample, shape (N,).

    Args:
        logits: z, (N, K).
        classes: y, (N,) integers in [0, K).
    """
    return F.cross_entropy(logits, classes, reduction="none")


def margin(logits: Tensor, classes: Tensor) -> Tensor:
    """Return max_{j != y} z_j - z_y of each sample, shape (N,): negative where y is predicted.

    Unlike cross-entropy, it does not saturate where the model is certain.

    Args:
        logits: z, (N, K).
        classes: y, (N,) integers in [0, K).

    Source: Carlini and Wagner, Towards Evaluating the Robustness of Neural Networks, IEEE S&P
    2017, section V, objective f6 without the clamp at -kappa.
    """
    own = logits.gather(1, classes[:, None]).squeeze(1)
    others = logits.scatter(1, classes[:, None], -torch.inf)
    return others.amax(dim=1) - own


LOSSES: Final[dict[str, Loss]] = {"cross_entropy": cross_entropy, "margin": margin}
"""Losses by the name that `attack` takes."""
