"""A network of two weights, whose posterior can still be summed on a grid.

The network is f(x) = v tanh(w x), with standard normal priors. (v, w) and (-v, -w) are the same
function, so the posterior has two equal peaks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.uncertainty.classical import GridPosterior, grid_posterior

__all__ = ["landscape"]

_NOISE = 0.3
_TRUE = (1.2, 1.0)
_X = (-1.4, 0.6, 1.1, -0.7, 1.8, 0.2, -1.9, 1.5)
_REST = (0.31, -0.22, 0.05, 0.18, -0.33, 0.12, -0.09, 0.26)


def examples(count: int) -> tuple[Tensor, Tensor]:
    """Return the first examples: inputs and values (count,)."""
    x = torch.tensor(_X[:count], dtype=torch.float64, device="cpu")
    rest = torch.tensor(_REST[:count], dtype=torch.float64, device="cpu")
    return x, _TRUE[0] * torch.tanh(_TRUE[1] * x) + rest


def landscape(count: int, *, points: int = 100, reach: float = 3.0) -> GridPosterior:
    """Return the exact posterior of v (first axis) and w after some examples.

    Args:
        count: number of examples, 0 to 8; 0 gives the prior.
        points: cells along each axis.
        reach: the grid covers [-reach, reach].

    Raises:
        ValueError: `count` is out of range.
    """
    if not 0 <= count <= len(_X):
        raise ValueError(f"count must be an integer from 0 to {len(_X)}, got {count}")
    x, y = examples(count)

    def log_density(weights: Tensor) -> Tensor:
        outputs = weights[:, :1] * torch.tanh(weights[:, 1:] * x)
        fit = -0.5 * (y - outputs).square().sum(1) / _NOISE**2
        prior: Tensor = fit - 0.5 * weights.square().sum(1)
        return prior

    return grid_posterior(log_density, reach=reach, points=points)
