"""Training of the heads that gradient descent fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from pyfrontiers.training import train

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["train_heads"]

_RATE = 0.003


def train_heads(
    start: Tensor,
    shown: Callable[[int], Tensor],
    labels: Tensor,
    *,
    steps: int,
    precision: float = 0.0,
    seed: int,
) -> tuple[Tensor, tuple[float, ...]]:
    """Train M softmax heads side by side.

    Minimised is the sum over the heads of the mean cross-entropy and precision / (2 n) |W|^2. Adam
    treats every weight separately, so each head is trained as if it were alone.

    Args:
        start: (M, D, K) first weights, float32.
        shown: maps the number of a step to its inputs (n, D).
        labels: (n,) classes.
        steps: steps of Adam.
        precision: of the normal prior of every weight; 0 for none.
        seed: 64-bit seed of the run.

    Returns:
        The weights (M, D, K), and the mean loss of each hundredth of the training.
    """
    members, size, classes = start.shape
    model = _Heads(start)
    repeated = labels.repeat_interleave(members)

    def loss(step: int) -> Tensor:
        logits: Tensor = model(shown(step))
        fit = cross_entropy(logits.reshape(-1, classes), repeated) * members
        if not precision:
            return fit
        return fit + model.weights.square().sum() * (precision / (2 * len(labels)))

    optimiser = torch.optim.Adam(model.parameters(), lr=_RATE)
    losses = train(model, loss, optimiser, steps=steps, seed=seed)
    weights = model.weights.detach().reshape(size, members, classes)
    return weights.transpose(0, 1).contiguous(), losses


class _Heads(nn.Module):
    """M linear heads side by side in one matrix; `nn.Linear` would draw from torch's generator."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.weights = nn.Parameter(start.transpose(0, 1).flatten(1))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, M K) of inputs (n, D)."""
        return x @ self.weights
