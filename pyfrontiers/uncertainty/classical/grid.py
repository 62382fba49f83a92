"""The exact posterior over two weights, summed on a grid."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Range, checked
from pyfrontiers.one_line import one_line

__all__ = ["GridPosterior", "grid_posterior"]


@dataclass(frozen=True, slots=True, eq=False)
class GridPosterior:
    """Probabilities of the cells of a square grid.

    Attributes:
        axis: (P,) coordinates of the cells' centres, for both weights.
        probabilities: (P, P); the first index is the first weight. They sum to 1.
        log_evidence: log of the integral of the density over the square.
    """

    axis: Tensor
    probabilities: Tensor
    log_evidence: float
    __repr__ = one_line

    def expectation(self, values: Tensor) -> Tensor:
        """Return the posterior mean (...) of values (P, P, ...)."""
        mean: Tensor = torch.tensordot(self.probabilities, values.double(), dims=2)
        return mean


@checked
def grid_posterior(
    log_density: Callable[[Tensor], Tensor],
    *,
    reach: float = 4.0,
    points: Annotated[int, Range(2, 2000)] = 100,
) -> GridPosterior:
    """Evaluate a density over two weights on a square grid and normalise it.

    The same sum over d weights would take `points` to the power d evaluations.

    Args:
        log_density: maps weights (P^2, 2), float64, to log densities (P^2,), up to a constant.
        reach: the grid covers [-reach, reach] for both weights.
        points: cells along each side.

    Raises:
        ValueError: an argument is out of range, or a log density is NaN or of another shape.
    """
    if reach <= 0:
        raise ValueError(f"reach must be a number above 0, got {reach:g}")
    width = 2.0 * reach / points
    axis = (torch.arange(points, dtype=torch.float64, device="cpu") + 0.5) * width - reach
    logs = log_density(torch.cartesian_prod(axis, axis))
    if logs.shape != (points**2,) or logs.isnan().any():
        raise ValueError(
            f"log_density must return numbers of shape ({points**2},), got {tuple(logs.shape)}"
            f"{' with NaN' if logs.isnan().any() else ''}"
        )
    total = logs.logsumexp(0)
    probabilities = (logs - total).exp().reshape(points, points)
    log_evidence = float(total) + 2.0 * math.log(width)
    return GridPosterior(axis, probabilities, log_evidence)
