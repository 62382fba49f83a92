"""How fast mean and variance of T passes approach their limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import uniform
from pyfrontiers.uncertainty.dropout.exact import enumerate_dropout
from pyfrontiers.uncertainty.dropout.sampling import mc_dropout
from pyfrontiers.uncertainty.dropout.streams import stream_seed
from pyfrontiers.uncertainty.prediction import running_moments

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

_RESAMPLES = 2000
_BOOTSTRAP = 1 << 20  # stream of the resampling; the dropout layers' streams lie below


@dataclass(frozen=True, slots=True)
class Slope:
    """Slope of log error against log T with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Convergence:
    """Errors of `replicates` independent runs against the exact limit.

    Attributes:
        passes: the numbers of passes T, rising.
        mean_error, variance_error: (R, len(passes)) root mean square over inputs and classes of the
            difference from the exact mean and variance, one row for each run.
        masks: number of masks that the exact limit sums over.
    """

    passes: tuple[int, ...]
    mean_error: Tensor
    variance_error: Tensor
    masks: int

    def curve(self, errors: Tensor) -> list[float]:
        """Root mean square over the runs, one value for each T."""
        curve: list[float] = errors.square().mean(0).sqrt().tolist()
        return curve

    def slope(self, errors: Tensor, *, seed: int = 0) -> Slope:
        """Fit log error = a + slope log T by least squares; resample whole runs for the interval.

        Args:
            errors: `mean_error` or `variance_error`.
            seed: stream of the resampling.
        """
        squares = errors.square()
        runs = len(squares)
        draws = uniform((_RESAMPLES, runs), seed=stream_seed(seed, _BOOTSTRAP))
        chosen = (draws * runs).long().clamp_max(runs - 1)
        fitted = self._fit(squares[chosen].mean(1))
        low, high = fitted.quantile(torch.tensor([0.025, 0.975], dtype=fitted.dtype)).tolist()
        return Slope(float(self._fit(squares.mean(0)[None])), low, high)

    def _fit(self, mean_squares: Tensor) -> Tensor:
        """(B, len(passes)) mean squared errors -> (B,) slopes of their roots."""
        x = torch.tensor(self.passes, dtype=torch.float64).log()
        x = x - x.mean()
        return (mean_squares.double().log() / 2 * x).sum(1) / x.square().sum()


def measure_convergence(
    model: nn.Module,
    x: Tensor,
    *,
    passes: tuple[int, ...],
    replicates: int,
    seed: int = 0,
    report: Callable[[float, str, Convergence], None] | None = None,
) -> Convergence:
    """Compare runs of T passes with the sum over all masks.

    Run r takes the passes r max(T) to (r + 1) max(T) - 1 of one seed, so the runs share no mask;
    within a run the smaller T are prefixes of the larger.

    Args:
        model: a classifier returning logits, with few enough dropped units for
            `enumerate_dropout`.
        x: (N, ...) inputs.
        passes: the numbers of passes to compare, rising, at least two of them, each positive.
        replicates: number of independent runs, at least 2.
        seed: 64-bit seed.
        report: called with the fraction done, a message and the errors so far.

    Returns:
        The errors.

    Raises:
        ValueError: `passes` or `replicates` do not allow to fit a slope.

    Source:
        The central limit theorem: sd of a mean of T independent draws is sigma / sqrt(T).
    """
    if len(passes) < 2 or list(passes) != sorted(set(passes)) or passes[0] < 1:
        raise ValueError(f"passes is {passes}; a slope needs at least two rising positive numbers")
    if replicates < 2:
        raise ValueError(f"replicates is {replicates}; an interval needs at least 2 runs")
    exact = enumerate_dropout(model, x)
    longest, at = passes[-1], torch.tensor(passes) - 1
    mean_rows, variance_rows = [], []
    for run in range(replicates):
        drawn = mc_dropout(
            model, x, samples=longest, seed=seed, first_sample=run * longest, keep_samples=True
        )
        assert drawn.samples is not None
        mean, variance = running_moments(drawn.samples)
        mean_rows.append(_rms(mean[at] - exact.mean))
        variance_rows.append(_rms(variance[at] - exact.variance))
        if report and run:
            so_far = Convergence(
                passes, torch.stack(mean_rows), torch.stack(variance_rows), exact.passes
            )
            report((run + 1) / replicates, f"run {run + 1} of {replicates}", so_far)
    return Convergence(passes, torch.stack(mean_rows), torch.stack(variance_rows), exact.passes)


def _rms(difference: Tensor) -> Tensor:
    """(len(passes), N, K) -> (len(passes),)."""
    return difference.square().mean((1, 2)).sqrt()
