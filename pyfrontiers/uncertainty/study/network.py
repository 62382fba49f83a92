"""The tiny network: one hidden layer of ten tanh units, every weight with the same normal prior."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty.rows import log_likelihood, weight_rows
from pyfrontiers.uncertainty.study.data_sets import NOISE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.uncertainty.study.data_sets import Points, Task

__all__ = [
    "HIDDEN",
    "WEIGHTS",
    "gradient_of",
    "log_density_of",
    "outputs_of",
    "prior_functions",
    "toy_network",
]

#: Hidden units.
HIDDEN = 10
#: Number of weights for each task.
WEIGHTS = {"regression": 3 * HIDDEN + 1, "classification": 4 * HIDDEN + 1}

# Factors behind the layers, so that standard normal weights give curves of a suitable steepness and
# height. They take the place of a separate prior for each layer.
_STEEP, _HIGH = 1.5, 2.0 / math.sqrt(HIDDEN)


class Scale(nn.Module):
    """Multiply by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Return the product."""
        return x * self.factor

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"factor={self.factor:.4g}"


def toy_network(task: Task, *, dropout: float = 0.0) -> nn.Sequential:
    """Return the network, its weights drawn from torch's default initialisation.

    Args:
        task: decides the number of inputs; there is one output, a value or a logit.
        dropout: drop probability of the hidden units; 0 for a network without a dropout layer.
    """
    inputs = 1 if task == "regression" else 2
    hidden: list[nn.Module] = [nn.Linear(inputs, HIDDEN), Scale(_STEEP), nn.Tanh(), Scale(_HIGH)]
    if dropout:
        hidden.append(nn.Dropout(dropout))
    return nn.Sequential(*hidden, nn.Linear(HIDDEN, 1))


def outputs_of(task: Task, rows: Tensor, x: Tensor) -> Tensor:
    """Return the outputs (S, N) for rows of weights (S, D)."""
    outputs: Tensor = weight_rows(toy_network(task))(rows, x)[..., 0]
    return outputs


def prior_functions(task: Task, x: Tensor, count: int, seed: int) -> Tensor:
    """Return functions drawn from the prior, (count, N) outputs at inputs (N, d)."""
    rows = normal((count, WEIGHTS[task]), seed=seed, dtype=torch.float64)
    return outputs_of(task, rows, x)


def log_density_of(points: Points) -> Callable[[Tensor], Tensor]:
    """Return log p(w | points) up to a constant as a function of one row (D,) of weights."""
    model, x = weight_rows(toy_network(points.task)), points.x
    y = points.y if points.task == "regression" else points.y.long()

    def log_density(row: Tensor) -> Tensor:
        fit = log_likelihood(model.one(row, x), y, points.task, NOISE)
        return fit - 0.5 * row.square().sum()

    return log_density


def gradient_of(points: Points) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Return gradients (C, D) and values (C,) of `log_density_of` for rows (C, D).

    Written out: a fifth of the time of automatic differentiation, which calls many more operations.
    """
    count, y = len(points.rows), points.y
    inputs = torch.cat([points.x, torch.ones(count, 1, dtype=torch.float64, device="cpu")], 1)
    width = inputs.shape[1]
    first = HIDDEN * (width - 1)

    def gradient(rows: Tensor) -> tuple[Tensor, Tensor]:
        layer = torch.cat(
            [rows[:, :first].reshape(-1, HIDDEN, width - 1), rows[:, first:][:, :HIDDEN, None]], 2
        )
        out = rows[:, first + HIDDEN : -1, None] * _HIGH
        hidden = torch.tanh_(torch.matmul(inputs, (layer * _STEEP).transpose(1, 2)))
        output = torch.baddbmm(rows[:, -1:, None], hidden, out)[..., 0]
        if points.task == "regression":
            slope = (y - output) / NOISE**2
            fit = (slope * (output - y)).sum(1) * 0.5
        else:
            slope = y - output.sigmoid()
            fit = nn.functional.logsigmoid((2.0 * y - 1.0) * output).sum(1)
        of_out = torch.bmm(slope[:, None], hidden)[:, 0] * _HIGH
        inner = torch.mul(slope[..., None] * _STEEP, out.transpose(1, 2))
        inner.addcmul_(inner, hidden.square_(), value=-1.0)
        of_layer = torch.matmul(inner.transpose(1, 2), inputs)
        parts = [of_layer[..., :-1].flatten(1), of_layer[..., -1], of_out, slope.sum(1)[:, None]]
        values = fit - 0.5 * rows.square().sum(1)
        return torch.cat(parts, 1) - rows, values

    return gradient
