"""What an attack drives up (away from a class) or down (towards one)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["LOSSES", "Loss", "cross_entropy", "margin"]

Loss = Callable[[Tensor, Tensor], Tensor]
"""From logits (N, K) and classes (N,) to one number for each sample, lower for the class."""


def cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Return -log softmax(z)_y for each sample, shape (N,): the loss that training lowers."""
    return F.cross_entropy(logits, classes, reduction="none")


def margin(logits: Tensor, classes: Tensor) -> Tensor:
    """Return max_{j != y} z_j - z_y for each sample, shape (N,): negative while y wins.

    Unlike cross-entropy it does not saturate where the model is certain.

    Source: Carlini and Wagner, Towards Evaluating the Robustness of Neural Networks, IEEE S&P
    2017, section V, objective f6 without the cut at -kappa.
    """
    own = logits.gather(1, classes[:, None]).squeeze(1)
    others = logits.scatter(1, classes[:, None], -torch.inf)
    return others.amax(dim=1) - own


LOSSES: Final[dict[str, Loss]] = {"cross_entropy": cross_entropy, "margin": margin}
"""The losses by the name that `attack` takes."""
