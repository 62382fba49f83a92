"""A softmax head drawn from its posterior by Hamiltonian Monte Carlo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Integers, Range, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, normal, uniform
from pyfrontiers.uncertainty.head.gaussian import normal_rows
from pyfrontiers.uncertainty.head.inputs import HeadInputs, Scale, examples_of
from pyfrontiers.uncertainty.head.newton import maximise_posterior
from pyfrontiers.uncertainty.head.span import PRIOR_VARIANCE, divided, span_of
from pyfrontiers.uncertainty.hmc import Chains, hmc_chains
from pyfrontiers.uncertainty.passes import check_numbers, streamed

__all__ = ["HMCHead", "fit_hmc_head"]

# Streams of a seed: where the chains start and their moves; the order of the draws and the weights
# outside the span.
_START, _MOVES = range(2)
_ORDER, _OUTSIDE = range(2)
#: Coordinates are scaled to a standard deviation of about 1; a quarter turn decorrelates them.
_PATH, _STEP, _WIDE = 1.6, 0.5, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class HMCHead:
    """Heads drawn from the posterior that `BayesianHead` approximates by a Gaussian.

    HMC samples the weights within the span of the examples. Outside of it the posterior is the
    prior, which is drawn exactly: a pass draws K normal numbers and uses them for every image of
    the batch, as with `BayesianHead`.

    Attributes:
        inputs: from features to phi.
        basis: (D + 1, r) orthonormal basis of the span of the examples.
        draws: (T, r, K) weights in that basis, float64.
        chains: the chains, in coordinates in which the Gaussian of `BayesianHead` is standard
            normal.

    Source:
        Neal, Bayesian Learning for Neural Networks, 1996, ch. 3.
    """

    inputs: HeadInputs
    basis: Tensor
    draws: Tensor
    chains: Chains

    @checked
    def sample(
        self,
        x: Annotated[Tensor, Floats("N>0", "D")],
        samples: Count,
        *,
        seed: Seed = 0,
        first_sample: Sample = 0,
    ) -> Iterator[Tensor]:
        """Yield logits (t, N, K) of drawn heads, as `Posterior` wants it; arguments as there.

        The first T passes have all draws in an order that depends on the seed; then they repeat.
        """
        check_numbers(samples, first_sample)
        z, outside = divided(self.inputs(x), self.basis)
        reach = (PRIOR_VARIANCE * outside).sqrt()[:, None]
        within = z @ self.draws  # (T, N, K)
        order = uniform((len(within),), seed=fold_in(seed, _ORDER), dtype=torch.float64).argsort()

        def passes(first: int, count: int) -> Tensor:
            chosen = order[torch.arange(first, first + count, device="cpu") % len(order)]
            noise = normal_rows(count, within.shape[2], fold_in(seed, _OUTSIDE), first)
            return torch.addcmul(within[chosen], noise[:, None], reach).to(x.dtype)

        yield from streamed(passes, samples, first_sample)


@checked
def fit_hmc_head(
    features: Annotated[Tensor, Floats("N>0", "D>0")],
    labels: Annotated[Tensor, Integers("N>0")],
    *,
    scale: Scale = 6.0,
    classes: Count | None = None,
    chains: Annotated[int, Range(2, 4096)] = 16,
    draws: Annotated[int, Range(4, 1_000_000)] = 64,
    warmup: Annotated[int, Range(1, 1_000_000)] = 40,
    seed: Seed = 0,
) -> HMCHead:
    """Draw softmax heads from their posterior, with the prior of `fit_head`.

    The chains move in coordinates scaled by the Hessian at the optimum, where the posterior is
    nearly a standard normal distribution, so few leapfrog steps suffice. They start wider than it.

    Args:
        features: (n, D) features of the examples.
        labels: (n,) their classes, 0 to K - 1.
        scale: as for `fit_head`.
        classes: number of classes K. Default: one more than the largest label.
        chains: chains side by side, 2 to 4,096.
        draws: kept draws of each chain, at least 4.
        warmup: iterations before the first draw, at least 1.
        seed: 64-bit seed of the chains.

    Returns:
        The draws; `chains.r_hat()` and `chains.effective_samples()` tell how well they mixed.

    Raises:
        ValueError: an argument is out of range, or as for `fit_head`.
    """
    inputs, phi, targets = examples_of(features, labels, scale, classes)
    basis, coordinates = span_of(phi)
    found = maximise_posterior(coordinates, targets, 1 / PRIOR_VARIANCE)
    # Weights class by class, (K r,): w = mean + narrow e has the Gaussian's covariance for e ~ N.
    mean = found.weights.T.flatten()
    unit = torch.eye(len(mean), dtype=torch.float64, device="cpu")
    narrow = torch.linalg.solve_triangular(found.factor.T, unit, upper=True)
    start = _WIDE * normal((chains, len(mean)), seed=fold_in(seed, _START), dtype=torch.float64)
    gradient = _gradient(coordinates, targets, mean, narrow)
    run = hmc_chains(
        lambda row: gradient(row[None])[1][0],
        start,
        draws=draws,
        warmup=warmup,
        path=_PATH,
        step=_STEP,
        gradient=gradient,
        seed=fold_in(seed, _MOVES),
    )
    weights = mean + run.flat @ narrow.T
    rank, count = found.weights.shape
    return HMCHead(inputs, basis, weights.reshape(-1, count, rank).mT.contiguous(), run)


def _gradient(
    x: Tensor, targets: Tensor, mean: Tensor, narrow: Tensor
) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Return gradient and value of the log posterior for rows (C, K r) of scaled coordinates."""
    wanted, classes = targets.T.contiguous(), targets.shape[1]

    def gradient(rows: Tensor) -> tuple[Tensor, Tensor]:
        flat = mean + rows @ narrow.T
        weights = flat.reshape(len(rows), classes, -1)
        log_p = (weights @ x.T).log_softmax(1)  # (C, K, n)
        fit = (log_p * wanted).sum((1, 2))
        slope = ((wanted - log_p.exp()) @ x).flatten(1) - flat / PRIOR_VARIANCE
        return slope @ narrow, fit - flat.square().sum(1) / (2 * PRIOR_VARIANCE)

    return gradient
