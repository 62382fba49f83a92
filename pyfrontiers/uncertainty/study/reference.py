"""The reference: the posterior of the tiny network by HMC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch

from pyfrontiers.arguments import Range, Seed, checked
from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.uncertainty.hmc import hmc_chains
from pyfrontiers.uncertainty.study.data_sets import Points
from pyfrontiers.uncertainty.study.functions import Functions, grid, predictions, summarise
from pyfrontiers.uncertainty.study.network import (
    WEIGHTS,
    gradient_of,
    log_density_of,
    outputs_of,
)

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.uncertainty.hmc import Chains

__all__ = ["Reference", "draws_of", "sample_posterior"]

#: Of the inputs of the grid, every how many-th R-hat is computed for.
_EVERY = {"regression": 4, "classification": 31}
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A posterior by HMC, and how well its chains mixed.

    Attributes:
        functions: predictions on the grid.
        r_hat: largest split R-hat of a prediction.
        effective_samples: smallest effective sample size of a prediction.
        draws: number of draws.
        chains: number of chains.
        acceptance: mean acceptance probability.
        divergences: divergent trajectories.
    """

    functions: Functions
    r_hat: float
    effective_samples: float
    draws: int
    chains: int
    acceptance: float
    divergences: int


@checked
def sample_posterior(
    points: Points,
    *,
    chains: Annotated[int, Range(2, 256)] = 24,
    draws: Annotated[int, Range(4, 10_000)] = 60,
    warmup: Annotated[int, Range(1, 10_000)] = 60,
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> Reference:
    """Sample the posterior over the tiny network's weights, from the prior on.

    Args:
        points: the examples, at least one.
        chains: chains side by side, 2 to 256.
        draws: draws of each chain, 4 to 10,000.
        warmup: iterations before the first draw, at least 1.
        seed: 64-bit seed.
        report: called with the fraction done and a message.

    Raises:
        ValueError: an argument is out of range, or there is no example.
    """
    found = draws_of(points, chains=chains, draws=draws, warmup=warmup, seed=seed, report=report)
    task, values = points.task, _values(points, found)
    shaped = values.reshape(chains, draws, -1)[:, :, :: _EVERY[task]]
    return Reference(
        summarise(task, values),
        float(found.r_hat(lambda _: shaped).max()),
        float(found.effective_samples(lambda _: shaped).min()),
        chains * draws,
        chains,
        found.acceptance,
        found.divergences,
    )


def draws_of(
    points: Points,
    *,
    chains: int,
    draws: int,
    warmup: int,
    seed: int,
    report: Callable[..., None] | None = None,
) -> Chains:
    """Return the draws of the weights behind `sample_posterior`."""
    if not points.rows:
        raise ValueError("points must have at least one example, got none")
    start = normal((chains, WEIGHTS[points.task]), seed=fold_in(seed, 0), dtype=torch.float64)
    return hmc_chains(
        log_density_of(points),
        start,
        draws=draws,
        warmup=warmup,
        path=1.5,
        longest=128,
        gradient=gradient_of(points),
        seed=fold_in(seed, 1),
        report=report,
    )


def _values(points: Points, found: Chains) -> Tensor:
    inputs = grid(points.task)
    parts = [outputs_of(points.task, rows, inputs) for rows in torch.split(found.flat, _BLOCK)]
    return predictions(points.task, torch.cat(parts))
