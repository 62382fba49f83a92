"""error(n) = a n^-b: the fit on logarithmic axes, and how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

_RESAMPLES = 1000
_LARGEST = 700.0  # exp of this is still a float


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A fitted law error(n) = level * n^-exponent.

    Attributes:
        level: Error that the line has at n = 1.
        exponent: How fast the error falls; 0 is not at all.
        low, high: Ends of the exponent's 95 % interval.
        r_squared: Share of the variance of log error that the line explains.
    """

    level: float
    exponent: float
    low: float
    high: float
    r_squared: float

    def error(self, examples: float) -> float:
        """Give the line's error at a number of examples."""
        return float(self.level * examples**-self.exponent)

    def examples(self, error: float) -> float:
        """Give the number of examples at which the line has an error; infinite when it never has.

        Args:
            error: Positive.
        """
        wanted = math.log(self.level / error)
        # Beyond the largest float is as good as never.
        if self.exponent <= 0 or wanted / self.exponent > _LARGEST:
            return math.inf
        return math.exp(wanted / self.exponent)


def error_rates(wrong: Tensor) -> Tensor:
    """Estimate the error at each size over all seeds, (S, L, H) bool -> (L,) float64.

    (k + 1/2) / (n + 1) instead of k / n, so that no mistake at all still has a logarithm.

    Source:
        Krichevsky and Trofimov, The performance of universal encoding, IEEE Transactions on
        Information Theory 27, 1981.
    """
    seeds, _, held = wrong.shape
    return _rates(wrong.double().mean((0, 2)), seeds * held)


@one_thread()
def fit_power_law(sizes: Sequence[int], wrong: Tensor, *, seed: int = 0) -> PowerLaw:
    """Fit log error = log a - b log n by least squares; resample for the interval of b.

    A resample draws seeds with replacement, and for each seed the held-out examples with
    replacement, the same ones at every size, since errors on one example at two sizes go together.

    Args:
        sizes: L training sizes, rising, at least three.
        wrong: (S, L, H) bool: with seed s and size l, was held-out example h mistaken?
        seed: 64-bit stream of the resampling.

    Returns:
        The law and the percentile interval of 1,000 resamples.

    Raises:
        ValueError: Too few sizes, sizes that do not rise, or a table of another shape.

    Source:
        Hestness et al., Deep learning scaling is predictable, empirically, 2017, for the law; Efron
        and Tibshirani, An introduction to the bootstrap, 1993, ch. 8, for the interval.
    """
    if len(sizes) < 3 or list(sizes) != sorted(set(sizes)) or sizes[0] < 1:
        raise ValueError(f"sizes is {list(sizes)}; a law needs at least three, rising and positive")
    if wrong.ndim != 3 or wrong.shape[1] != len(sizes) or 0 in wrong.shape:
        raise ValueError(
            f"wrong: got shape {tuple(wrong.shape)}; wanted (seeds, {len(sizes)}, held-out)"
        )
    logs = torch.tensor([float(size) for size in sizes], dtype=torch.float64).log()
    observed = error_rates(wrong).log()
    exponent = _exponents(logs, observed[None])
    resampled = _exponents(logs, _resampled(wrong, seed).log())
    low, high = resampled.quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    level = observed.mean() + exponent[0] * logs.mean()
    residual = observed - (level - exponent[0] * logs)
    spread = (observed - observed.mean()).square().sum()
    explained = 1 - float(residual.square().sum() / spread) if float(spread) > 0 else 0.0
    return PowerLaw(float(level.exp()), float(exponent), low, high, explained)


def _exponents(logs: Tensor, log_errors: Tensor) -> Tensor:
    """(L,) and (B, L) -> (B,) exponents of the least-squares lines."""
    centred = logs - logs.mean()
    return -(log_errors * centred).sum(1) / centred.square().sum()


def _resampled(wrong: Tensor, seed: int) -> Tensor:
    """(S, L, H) -> (B, L) error rates of the resamples."""
    seeds, _, held = wrong.shape
    rates = []
    for number, table in enumerate(wrong):
        draws = uniform((_RESAMPLES, held), seed=fold_in(seed, 1 + number))
        chosen = (draws * held).long().clamp_max(held - 1)
        # How often each example was drawn; a product of matrices then sums the mistakes.
        times = torch.zeros(_RESAMPLES, held).scatter_add_(1, chosen, torch.ones_like(draws))
        rates.append((times @ table.float().T).double() / held)
    each = torch.stack(rates, 1)  # (B, S, L)
    draws = uniform((_RESAMPLES, seeds), seed=fold_in(seed, 0))
    picked = (draws * seeds).long().clamp_max(seeds - 1)
    means = each.gather(1, picked[:, :, None].expand_as(each)).mean(1)
    return _rates(means, seeds * held)


def _rates(means: Tensor, count: int) -> Tensor:
    return (means * count + 0.5) / (count + 1)
