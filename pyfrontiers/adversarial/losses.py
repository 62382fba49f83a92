"""Loss functions: an untargeted attack maximises one, a targeted attack minimises it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["LOSSES", "Loss", "cross_entropy", "margin", "unsaturated"]

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


_SATURATED = 1e-4
"""Below this cross-entropy, 1 - softmax(z)_y has lost digits in float32."""


def unsaturated(objective: Loss, losses: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
    """Return losses whose gradients point the same way and do not vanish by rounding.

    The cross-entropy is log(1 + exp m) with m = log sum_{j != y} exp z_j - z_y. Where it rounds to
    0, so does its gradient, although that of m points the same way. Attacks use directions alone,
    so m replaces the smallest losses.

    Args:
        objective: the loss function.
        losses: its values (N,).
        logits: z, (N, K).
        classes: y, (N,).
    """
    if objective is not cross_entropy or not bool((losses < _SATURATED).any()):
        return losses
    own = logits.gather(1, classes[:, None])
    others = logits.scatter(1, classes[:, None], -torch.inf)
    return torch.where(losses < _SATURATED, others.logsumexp(dim=1) - own.squeeze(1), losses)


LOSSES: Final[dict[str, Loss]] = {"cross_entropy": cross_entropy, "margin": margin}
"""Losses by the name that `attack` takes."""
