"""Newton's method for the most probable weights of a softmax regression."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Optimum", "gradient_of", "maximise_posterior"]

#: Largest number of weights: the Hessian is a dense matrix of this size.
_LARGEST = 8192
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Optimum:
    """The optimum of a log-posterior.

    Attributes:
        weights: (r, K).
        factor: (K r, K r) Cholesky factor of the negative Hessian; class by class.
        steps: Newton steps taken.
    """

    weights: Tensor
    factor: Tensor
    steps: int


def maximise_posterior(x: Tensor, targets: Tensor, precision: float) -> Optimum:
    """Maximise sum_i log softmax(W' x_i)[y_i] - precision / 2 |W|^2 over W.

    The objective is strictly concave, so there is one optimum. A step is halved while it would
    lower the objective, which happens far from the optimum only.

    Args:
        x: (n, r) inputs, float64.
        targets: (n, K) one-hot classes, float64.
        precision: of the prior, above 0.

    Returns:
        The optimum, up to rounding.

    Raises:
        ValueError: r K is larger than 8,192.
    """
    rank, classes = x.shape[1], targets.shape[1]
    if rank * classes > _LARGEST:
        raise ValueError(
            f"features must span at most {_LARGEST:,} coordinates, got {rank} x {classes} classes; "
            "give fewer examples"
        )
    weights = x.new_zeros(rank, classes)
    value = _objective(x, targets, weights, precision)
    steps = 0
    while steps < _STEPS:
        steps += 1
        factor = torch.linalg.cholesky(_hessian(x, weights, precision))
        gradient = gradient_of(x, targets, weights, precision)
        change = torch.cholesky_solve(gradient.T.reshape(-1, 1), factor)
        direction = change.reshape(classes, rank).T
        rise = float((direction * gradient).sum())  # twice what the quadratic model promises
        length = 1.0
        tried = weights + direction
        # So near the optimum that rounding hides what a step gains, Newton's step is right.
        while rise > 1e-9 and _objective(x, targets, tried, precision) < value and length > 1e-8:
            length /= 2
            tried = weights + length * direction
        weights, value = tried, _objective(x, targets, tried, precision)
        if rise < 1e-20 * (1 + abs(value)):
            break
    return Optimum(weights, torch.linalg.cholesky(_hessian(x, weights, precision)), steps)


def gradient_of(x: Tensor, targets: Tensor, weights: Tensor, precision: float) -> Tensor:
    """Return the gradient (r, K) of the log-posterior."""
    gradient: Tensor = x.T @ (targets - (x @ weights).softmax(1)) - precision * weights
    return gradient


def _objective(x: Tensor, targets: Tensor, weights: Tensor, precision: float) -> float:
    fit = (targets * (x @ weights).log_softmax(1)).sum()
    return float(fit - precision / 2 * weights.square().sum())


def _hessian(x: Tensor, weights: Tensor, precision: float) -> Tensor:
    """Return the negative Hessian: blocks X' diag(p_k (1[k = l] - p_l)) X + precision I."""
    p = (x @ weights).softmax(1)
    rank, classes = weights.shape
    curvature = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    blocks = torch.einsum("nkl,nr,ns->krls", curvature, x, x)
    flat = blocks.reshape(classes * rank, classes * rank)
    return flat + precision * torch.eye(len(flat), dtype=flat.dtype, device=flat.device)
