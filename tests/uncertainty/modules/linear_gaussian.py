"""Linear regressions with known noise: their posteriors in closed form."""

from __future__ import annotations

import torch
from torch import nn

NOISE, PRECISION = 1.0, 1.0


def regressions(outputs, count=8):
    """Inputs (N, 2) and targets (N, K) of K regressions whose posterior precision is `precision`.

    The precision is X'X / noise^2 + prior for each of the K columns of the weights.
    """
    g = torch.Generator().manual_seed(0)
    basis = torch.linalg.qr(torch.randn(count, 2, generator=g)).Q
    turn = torch.tensor([[0.8, -0.6], [0.6, 0.8]])
    x = basis @ torch.diag(torch.tensor([3.0, 1.0]).sqrt()) @ turn
    return x, torch.randn(count, outputs, generator=g) + 2 * x[:, :1]


def exact(x, y):
    """Return mean (K, 2) and precision (2, 2) of the posterior of the weights."""
    precision = x.T @ x / NOISE**2 + PRECISION * torch.eye(2)
    return torch.linalg.solve(precision, x.T @ y / NOISE**2).T, precision


def negative_log_likelihood(outputs, targets):
    """Mean over the examples; the outputs are independent."""
    return 0.5 * (outputs - targets).square().sum(1).mean() / NOISE**2


def linear(outputs):
    """A linear map without a bias, at 0."""
    layer = nn.Linear(2, outputs, bias=False)
    nn.init.zeros_(layer.weight)
    return layer
