"""Have the chains mixed? Split R-hat and the effective sample size, after rank normalisation.

Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner, Rank-normalization, folding, and
localization: an improved R-hat for assessing convergence of MCMC, Bayesian Analysis 16, 2021.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked

__all__ = ["effective_samples", "split_r_hat"]

Draws = Annotated[Tensor, Floats("C>0", "T", "...")]


@checked
def split_r_hat(draws: Draws, *, ranked: bool = True) -> Tensor:
    """Return the split R-hat of each quantity: above 1.01, the chains have not mixed.

    Each chain is cut into halves, which also reveals a chain that drifts. R-hat compares the
    variance of all draws with the mean variance within a half.

    Args:
        draws: (C, T, ...) draws of C chains, T >= 4.
        ranked: whether draws are replaced by normal scores of their ranks, which makes the figure
            independent of the scale and of heavy tails. The larger of the figures for the draws and
            for their distances from the median is returned, so chains of different spread count as
            unmixed too.

    Returns:
        (...) figures in float64; 1 for a quantity that never changes.

    Raises:
        ValueError: a chain has fewer than 4 draws, or a draw is not finite.
    """
    halves = _halves(draws)
    if not ranked:
        return _r_hat(halves)
    median = halves.flatten(0, 1).median(0).values
    return torch.maximum(_r_hat(_scores(halves)), _r_hat(_scores((halves - median).abs())))


@checked
def effective_samples(draws: Draws, *, ranked: bool = True) -> Tensor:
    """Return the effective sample size: independent draws with the same error of the mean.

    ESS = C T / (1 + 2 sum_k rho_k), where the sum over autocorrelations ends as in Geyer's initial
    monotone sequence.

    Args:
        draws: (C, T, ...) draws of C chains, T >= 4.
        ranked: whether draws are replaced by normal scores of their ranks ("bulk" ESS).

    Returns:
        (...) sizes in float64; C T for a quantity that never changes.

    Raises:
        ValueError: a chain has fewer than 4 draws, or a draw is not finite.
    """
    halves = _halves(draws)
    return _effective(_scores(halves) if ranked else halves)


def _halves(draws: Tensor) -> Tensor:
    """Cut chains (C, T, ...) into halves (2 C, T // 2, ...), without the middle of an odd T."""
    if draws.shape[1] < 4:
        raise ValueError(f"draws must have at least 4 draws for each chain, got {draws.shape[1]}")
    if not torch.isfinite(draws).all():
        raise ValueError("draws must be finite, got NaN or infinity")
    half = draws.shape[1] // 2
    return torch.cat([draws[:, :half], draws[:, -half:]]).double()


def _scores(draws: Tensor) -> Tensor:
    """Replace draws by normal scores of their ranks over all chains; ties share a rank."""
    flat = draws.reshape(draws.shape[0] * draws.shape[1], -1).T.contiguous()  # by quantity
    ordered = flat.sort(1).values
    below = torch.searchsorted(ordered, flat).double()
    upto = torch.searchsorted(ordered, flat, right=True).double()
    ranks = (below + upto + 1.0) / 2.0
    scores = torch.special.ndtri((ranks - 0.375) / (flat.shape[1] + 0.25))
    shaped: Tensor = scores.T.reshape(draws.shape)
    return shaped


def _variances(draws: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean variance within a chain, and the estimate that all chains give together."""
    length = draws.shape[1]
    within = draws.var(1).mean(0)
    return within, within * (length - 1) / length + draws.mean(1).var(0)


def _r_hat(draws: Tensor) -> Tensor:
    within, whole = _variances(draws)
    ratio = (whole / within).sqrt()
    # All draws equal: 0 / 0. Constant chains that differ: infinite.
    return torch.where(whole > 0, ratio, torch.ones_like(ratio))


def _effective(draws: Tensor) -> Tensor:
    chains, length = draws.shape[:2]
    within, whole = _variances(draws)
    rho = 1.0 - (within - _autocovariances(draws).mean(1)) / whole  # (length, ...)
    pairs = length // 2
    sums = rho[: 2 * pairs : 2] + rho[1 : 2 * pairs : 2]
    # The sequence of sums is positive and decreasing for a reversible chain: it is cut where noise
    # makes it negative, and made decreasing before that.
    kept = (sums > 0).long().cumprod(0)
    monotone = sums.clamp_min(0.0).cummin(0).values * kept
    time = (2.0 * monotone.sum(0) - 1.0).clamp_min(1.0 / math.log10(chains * length))
    total = torch.full_like(time, chains * length)
    sizes: Tensor = torch.where(whole > 0, total / time, total)
    return sizes


def _autocovariances(draws: Tensor) -> Tensor:
    """Return autocovariances at every lag (T, C, ...), by FFT; the variance has divisor T - 1."""
    length = draws.shape[1]
    centred = draws - draws.mean(1, keepdim=True)
    spectrum = torch.fft.rfft(centred, n=2 * length, dim=1)
    raw = torch.fft.irfft(spectrum.abs().square(), n=2 * length, dim=1)[:, :length]
    covariances: Tensor = raw.transpose(0, 1) / (length - 1)
    return covariances
