"""HMC over the weights of a small network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Range, Seed, Values, checked
from pyfrontiers.first_run import check_finite_inputs
from pyfrontiers.kernels import fold_in, normal, uniform
from pyfrontiers.one_line import one_line
from pyfrontiers.training.checkpoint import Checkpoint
from pyfrontiers.uncertainty.hmc.sampler import Chains, hmc_chains
from pyfrontiers.uncertainty.rows import (
    Likelihood,
    WeightRows,
    check_targets,
    log_likelihood,
    weight_rows,
)

__all__ = ["HMCPosterior", "fit_hmc"]

# Streams of the seed: where the chains start, and their moves.
_START, _MOVES = range(2)
#: Networks evaluated at a time.
_BLOCK = 64


@dataclass(frozen=True, slots=True, eq=False)
class HMCPosterior:
    """Networks drawn from the posterior by HMC.

    Attributes:
        rows: turns rows of weights into outputs.
        chains: draws of the weights (C, T, D).
    """

    rows: WeightRows
    chains: Chains
    __repr__ = one_line

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield the outputs (t, N, K, ...) of networks among the draws.

        The first C T passes are all draws in an order that depends on the seed; then they repeat.
        """
        draws = self.chains.flat
        order = uniform((len(draws),), seed=seed, dtype=torch.float64).argsort()
        yield from self.rows.passes(
            lambda number: draws[order[number % len(draws)]], x, samples, first_sample
        )

    def outputs(self, x: Tensor) -> Tensor:
        """Return the outputs (C, T, N, K, ...) of all draws, for R-hat of the predictions."""
        parts = [self.rows(part, x) for part in torch.split(self.chains.flat, _BLOCK)]
        outputs = torch.cat(parts)
        return outputs.reshape(*self.chains.draws.shape[:2], *outputs.shape[1:])


@checked
def fit_hmc(
    model: nn.Module,
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    likelihood: Likelihood = "classification",
    prior_precision: float = 1.0,
    noise: float = 1.0,
    chains: Annotated[int, Range(1, 4096)] = 16,
    draws: Annotated[int, Range(1, 1_000_000)] = 250,
    warmup: Annotated[int, Range(1, 1_000_000)] = 250,
    thin: Count = 1,
    path: float = 2.0,
    longest: Annotated[int, Range(1, 1 << 16)] = 128,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> HMCPosterior:
    """Sample the posterior over all weights of a small network.

        log p(w | x, y) = log p(y | f_w(x)) - prior_precision / 2 |w|^2 + constant

    Chains start at draws of the prior and not at the weights of the model, so they may settle in
    different modes. Weights have symmetries (hidden units can be exchanged), so mixing is judged by
    the predictions: `split_r_hat(posterior.outputs(x))`.

    Args:
        model: network whose structure is used, in eval mode; it is only read. Some thousand weights
            at most: every iteration evaluates the gradient on all data, dozens of times.
        x: (N, ...) inputs.
        y: (N,) classes, or values of the size of the outputs.
        likelihood: `"classification"` (one logit for two classes too) or `"regression"`.
        prior_precision: precision of the normal prior of every weight, above 0.
        noise: standard deviation of the observations in a regression, above 0.
        chains: number of chains C.
        draws: kept draws T of each chain.
        warmup: iterations before the first kept draw.
        thin: iterations for each kept draw.
        path: mean length of a trajectory in standard deviations.
        longest: largest number of leapfrog steps in a trajectory.
        seed: 64-bit seed.
        report: called with the fraction done and a message.
        checkpoint: where to save the run, and to resume it from with the same bits.

    Returns:
        The posterior.

    Raises:
        ValueError: an argument is out of range, the model does not run on the inputs, one of them
            is NaN or infinite, or the outputs do not fit `y`.
        TypeError: an argument is of another kind.

    Source:
        Neal, Bayesian Learning for Neural Networks, 1996, ch. 3.
    """
    for name, value in (("prior_precision", prior_precision), ("noise", noise), ("path", path)):
        if value <= 0:
            raise ValueError(f"{name} must be a number above 0, got {value:g}")
    check_finite_inputs(x)
    rows = weight_rows(model)
    wide = x.detach().double() if x.is_floating_point() else x
    with torch.no_grad():
        targets = check_targets(rows.of_model(x.detach()), y, likelihood)

    def log_density(row: Tensor) -> Tensor:
        fit = log_likelihood(rows.one(row, wide), targets, likelihood, noise)
        return fit - 0.5 * prior_precision * row.square().sum()

    shape = (chains, len(rows.start))
    start = normal(shape, seed=fold_in(seed, _START), dtype=torch.float64) / prior_precision**0.5
    found = hmc_chains(
        log_density,
        start,
        draws=draws,
        warmup=warmup,
        thin=thin,
        path=path,
        longest=longest,
        seed=fold_in(seed, _MOVES),
        report=report,
        checkpoint=checkpoint,
    )
    return HMCPosterior(rows, found)
