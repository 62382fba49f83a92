"""Fit a power law error(n) = a n^-b, with a bootstrap interval for the exponent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.limitations.threads import one_thread

_RESAMPLES = 1000
_LARGEST = 700.0  # exp of larger numbers overflows


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A fitted law error(n) = level * n^-exponent.

    Attributes:
        level: Fitted error at n = 1.
        exponent: Rate at which the error falls; 0 means no improvement.
        low, high: Ends of the 95 % interval of the exponent.
        r_squared: Share of the variance of log error that the fit explains.
    """

    level: float
    exponent: float
    low: float
    high: float
    r_squared: float

    def error(self, examples: float) -> float:
        """Return the fitted error at a number of examples."""
        return float(self.level * examples**-self.exponent)

    def examples(self, error: float) -> float:
        """Return the number of examples at which the fit reaches an error, or infinity.

        Args:
            error: The error, positive.
        """
        log_ratio = math.log(self.level / error)
        if self.exponent <= 0 or log_ratio / self.exponent > _LARGEST:
            return math.inf
        return math.exp(log_ratio / self.exponent)


def error_rates(wrong: Tensor) -> Tensor:
    """Estimate the error at each training size from the mistakes of all seeds.

    The estimate for k mistakes among n is (k + 1/2) / (n + 1), whose logarithm is finite even
    without a mistake.

    Args:
        wrong: (S, L, H) bool; see `fit_power_law`.

    Returns:
        (L,) error rates, float64.

    Source:
        Krichevsky and Trofimov, The performance of universal encoding, IEEE Transactions on
        Information Theory 27, 1981.
    """
    seeds, _, held = wrong.shape
    return _rates(wrong.double().mean((0, 2)), seeds * held)


@checked
@one_thread()
def fit_power_law(sizes: Sequence[int], wrong: Tensor, *, seed: Seed = 0) -> PowerLaw:
    """Fit log error = log a - b log n by least squares, with a bootstrap interval for b.

    A resample draws seeds with replacement and, for each seed, held-out examples with replacement.
    The examples are the same at every size, because errors on one example are correlated across
    sizes.

    Args:
        sizes: L training sizes, ascending and positive, at least three.
        wrong: (S, L, H) bool; whether seed s with size l misclassified held-out example h.
        seed: 64-bit seed of the resampling.

    Returns:
        The law, with a percentile interval from 1,000 resamples.

    Raises:
        ValueError: There are too few sizes, they do not ascend, or `wrong` has a different shape.

    Source:
        Hestness et al., Deep learning scaling is predictable, empirically, 2017, for the law; Efron
        and Tibshirani, An introduction to the bootstrap, 1993, ch. 8, for the interval.
    """
    if len(sizes) < 3 or list(sizes) != sorted(set(sizes)) or sizes[0] < 1:
        raise ValueError(
            f"sizes must hold at least three positive, ascending values, got {list(sizes)}"
        )
    if wrong.ndim != 3 or wrong.shape[1] != len(sizes) or 0 in wrong.shape:
        raise ValueError(
            f"wrong must have shape (seeds, {len(sizes)}, held-out examples), "
            f"got {tuple(wrong.shape)}"
        )
    numbers = [float(size) for size in sizes]
    logs = torch.tensor(numbers, dtype=torch.float64, device="cpu").log()
    observed = error_rates(wrong).log()
    exponent = _exponents(logs, observed[None])
    resampled = _exponents(logs, _resampled(wrong, seed).log())
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64, device="cpu")
    low, high = resampled.quantile(ends).tolist()
    level = observed.mean() + exponent[0] * logs.mean()
    residual = observed - (level - exponent[0] * logs)
    spread = (observed - observed.mean()).square().sum()
    explained = 1 - float(residual.square().sum() / spread) if float(spread) > 0 else 0.0
    return PowerLaw(float(level.exp()), float(exponent), low, high, explained)


def _exponents(logs: Tensor, log_errors: Tensor) -> Tensor:
    """Return the exponents (B,) of least-squares fits to log errors (B, L) at log sizes (L,)."""
    centred = logs - logs.mean()
    return -(log_errors * centred).sum(1) / centred.square().sum()


def _resampled(wrong: Tensor, seed: int) -> Tensor:
    """Return the error rates (B, L) of bootstrap resamples of the mistakes (S, L, H)."""
    seeds, _, held = wrong.shape
    rates = []
    for number, table in enumerate(wrong):
        draws = uniform((_RESAMPLES, held), dtype=torch.float32, seed=fold_in(seed, 1 + number))
        chosen = (draws * held).long().clamp_max(held - 1)
        # Count how often each example was drawn; a matrix product then sums the mistakes.
        times = torch.zeros_like(draws).scatter_add_(1, chosen, torch.ones_like(draws))
        rates.append((times @ table.float().T).double() / held)
    each = torch.stack(rates, 1)  # (B, S, L)
    draws = uniform((_RESAMPLES, seeds), dtype=torch.float32, seed=fold_in(seed, 0))
    picked = (draws * seeds).long().clamp_max(seeds - 1)
    means = each.gather(1, picked[:, :, None].expand_as(each)).mean(1)
    return _rates(means, seeds * held)


def _rates(means: Tensor, count: int) -> Tensor:
    return (means * count + 0.5) / (count + 1)
