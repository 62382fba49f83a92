"""A metric's value with a bootstrap interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Estimate", "Group", "estimate", "mean_estimate"]

#: Elements that the resamples of one step may have, to bound memory.
_ELEMENTS = 1 << 22
_ENDS = (0.025, 0.975)

Group = tuple[Tensor, ...]
"""Columns (N,) that are resampled together: entry n of each belongs to example n."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric with its 95 % interval; `float(estimate)` is the value.

    Attributes:
        value: the metric of the given examples.
        low, high: the 2.5 % and 97.5 % quantiles over the resamples; None if there were none.
        resamples: number of bootstrap resamples.

    Source:
        Efron and Tibshirani, An introduction to the bootstrap, 1993, ch. 13, percentile interval.
    """

    value: float
    low: float | None = None
    high: float | None = None
    resamples: int = 0

    def __float__(self) -> float:
        return self.value


def estimate(
    metric: Callable[..., Tensor], groups: tuple[Group, ...], resamples: int, seed: int
) -> Estimate:
    """Compute a metric, and its interval from resamples of the examples.

    Each group is resampled with replacement on its own, so a metric of two samples keeps both of
    their sizes. Resample b depends on (seed, group, b) alone.

    Args:
        metric: maps columns (B, N) of all groups, one after another, to (B,).
        groups: the columns.
        resamples: number of bootstrap resamples; 0 for no interval.
        seed: 64-bit seed of the resampling.
    """
    value = float(metric(*(column[None] for group in groups for column in group)))
    if not resamples:
        return Estimate(value)
    largest = max(len(column) for group in groups for column in group)
    size = max(1, _ELEMENTS // largest)
    parts = []
    for start in range(0, resamples, size):
        numbers = range(start, min(start + size, resamples))
        drawn = [
            column[chosen]
            for stream, group in enumerate(groups)
            for chosen in [_resampled(group[0], fold_in(seed, stream), numbers)]
            for column in group
        ]
        parts.append(metric(*drawn))
    ends = torch.tensor(_ENDS, dtype=torch.float64, device="cpu")
    low, high = torch.cat(parts).double().cpu().quantile(ends).tolist()
    return Estimate(value, low, high, resamples)


def mean_estimate(scores: Tensor, resamples: int, seed: int) -> Estimate:
    """Average scores (N, ...) over all dimensions; the N examples are resampled."""
    column = scores.flatten(1).mean(1) if scores.ndim > 1 else scores
    return estimate(lambda rows: rows.mean(1), ((column,),), resamples, seed)


def _resampled(column: Tensor, seed: int, numbers: range) -> Tensor:
    """Return indices (B, N) into a column (N,), drawn with replacement."""
    count = len(column)
    rows = [uniform((count,), dtype=torch.float64, seed=fold_in(seed, b)) for b in numbers]
    return (torch.stack(rows) * count).long().clamp_max(count - 1).to(column.device)
