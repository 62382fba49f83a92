"""Networks as functions of one row of weights, which `torch.func` can differentiate and batch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.kernels import uniform
from pyfrontiers.transfer.tasks import Kind

__all__ = ["Learner", "loss_of"]


@checked
@dataclass(frozen=True, slots=True)
class Learner:
    """A network with fully connected layers and ReLUs between them.

    A row holds the weights (inputs, outputs) and biases of each layer, from the first to the last.

    Attributes:
        sizes: numbers of inputs, of the units of each hidden layer, and of outputs, at least 1.
        kind: what the outputs are.

    Raises:
        ValueError: there are fewer than two sizes, or one is below 1.
    """

    sizes: tuple[int, ...]
    kind: Kind = "regression"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ValueError(
                f"sizes must be at least two numbers from 1 on, got {self.sizes}: inputs, hidden "
                "units, outputs"
            )

    @property
    def weights(self) -> int:
        """Length D of a row."""
        return sum(self._parts)

    @property
    def head(self) -> int:
        """Number of weights and biases of the last layer, which are the end of a row."""
        return sum(self._parts[-2:])

    @property
    def _parts(self) -> list[int]:
        return [size for a, b in pairwise(self.sizes) for size in (a * b, b)]

    @checked
    def start(self, seed: Seed) -> Tensor:
        """Draw initial weights, uniform within 1 / sqrt(inputs of the layer), as torch's layers.

        Args:
            seed: 64-bit seed.

        Returns:
            (D,) float32.
        """
        spread = [a**-0.5 for a, b in pairwise(self.sizes) for _ in range(a * b + b)]
        bound = torch.tensor(spread, dtype=torch.float32, device="cpu")
        return bound * (2 * uniform((self.weights,), seed=seed, dtype=torch.float32) - 1)

    def outputs(self, row: Tensor, x: Tensor) -> Tensor:
        """Map inputs (N, F) to outputs (N, O) with the weights (D,)."""
        parts = torch.split(row, self._parts)
        values = x
        for layer, (a, b) in enumerate(pairwise(self.sizes)):
            values = values @ parts[2 * layer].reshape(a, b) + parts[2 * layer + 1]
            if layer < len(self.sizes) - 2:
                values = values.relu()
        return values

    def loss(self, row: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the mean loss of the weights (D,) on examples; see `loss_of`."""
        return loss_of(self.kind, self.outputs(row, x), y)


def loss_of(kind: Kind, outputs: Tensor, y: Tensor) -> Tensor:
    """Return the mean squared error, or the mean cross-entropy in nats.

    Args:
        kind: which one.
        outputs: (N, O) values or logits.
        y: (N, O) values, or (N,) classes.
    """
    if kind == "regression":
        return (outputs - y).square().mean()
    classes = torch.arange(outputs.shape[-1], device=y.device)
    # A mask, because vmap has no rule for looking classes up twice differentiably.
    right = (y[..., None] == classes).to(outputs.dtype)
    return -(right * outputs.log_softmax(-1)).sum(-1).mean()
