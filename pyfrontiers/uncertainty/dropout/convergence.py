"""The rate at which mean and variance over T passes converge to their exact values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Seed, Values, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.uncertainty.dropout.exact import enumerate_dropout
from pyfrontiers.uncertainty.dropout.sampling import mc_dropout
from pyfrontiers.uncertainty.prediction import running_moments

_RESAMPLES = 2000
_BOOTSTRAP = 1 << 20  # stream of the resampling; the dropout layers use the streams below


@dataclass(frozen=True, slots=True)
class Slope:
    """Slope of log error against log T, with its 95 % bootstrap interval.

    Attributes:
        value: the slope; -1/2 for a mean of independent draws.
        low, high: ends of the interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Convergence:
    """Errors of R independent runs relative to the exact predictive distribution.

    Attributes:
        passes: the numbers of passes T, ascending.
        mean_error, variance_error: (R, len(passes)) RMS error of mean and variance over inputs and
            classes, one row per run.
        masks: number of masks in the exact sum.
    """

    passes: tuple[int, ...]
    mean_error: Tensor
    variance_error: Tensor
    masks: int

    def curve(self, errors: Tensor) -> list[float]:
        """Return the root mean square of (R, len(passes)) errors over the runs, one value per T."""
        curve: list[float] = errors.square().mean(0).sqrt().tolist()
        return curve

    def slope(self, errors: Tensor, *, seed: int = 0) -> Slope:
        """Fit log error = a + slope log T by least squares, with a bootstrap interval over runs.

        Args:
            errors: `mean_error` or `variance_error`.
            seed: 64-bit seed of the resampling.
        """
        squares = errors.square()
        runs = len(squares)
        draws = uniform((_RESAMPLES, runs), dtype=torch.float32, seed=fold_in(seed, _BOOTSTRAP))
        chosen = (draws * runs).long().clamp_max(runs - 1)
        fitted = self._fit(squares[chosen].mean(1))
        low, high = fitted.quantile(
            torch.tensor([0.025, 0.975], dtype=fitted.dtype, device=fitted.device)
        ).tolist()
        return Slope(float(self._fit(squares.mean(0)[None])), low, high)

    def _fit(self, mean_squares: Tensor) -> Tensor:
        """Return the slopes (B,) for mean squared errors (B, len(passes))."""
        x = torch.tensor(self.passes, dtype=torch.float64, device="cpu").log()
        x = x - x.mean()
        return (mean_squares.double().log() / 2 * x).sum(1) / x.square().sum()


@checked
def measure_convergence(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    passes: tuple[int, ...],
    replicates: Count,
    seed: Seed = 0,
    report: Callable[[float, str, Convergence], None] | None = None,
) -> Convergence:
    """Measure the error of T passes against the exact sum over all masks, for several T.

    The standard deviation of a mean of T independent draws is sigma / sqrt(T), so the slope of log
    error against log T should be -1/2. Run r uses passes r max(T) to (r + 1) max(T) - 1 of one
    seed, so different runs share no masks; within a run, smaller T are prefixes of larger ones.

    Args:
        model: a classifier that returns logits and has few enough units for `enumerate_dropout`.
        x: (N, ...) inputs.
        passes: at least two numbers of passes, positive and ascending.
        replicates: number R of independent runs, at least 2.
        seed: 64-bit seed of the masks.
        report: called with the fraction done, a message and the errors so far.

    Returns:
        The errors of each run.

    Raises:
        ValueError: `passes` or `replicates` is out of range, or the masks cannot be enumerated.
    """
    if len(passes) < 2 or list(passes) != sorted(set(passes)) or passes[0] < 1:
        raise ValueError(f"passes must hold at least two positive, ascending numbers, got {passes}")
    if replicates < 2:
        raise ValueError(f"replicates must be at least 2, got {replicates}")
    exact = enumerate_dropout(model, x)
    longest, at = passes[-1], torch.tensor(passes, device="cpu") - 1
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
    """Return the root mean square (len(passes),) of differences (len(passes), N, K)."""
    return difference.square().mean((1, 2)).sqrt()
