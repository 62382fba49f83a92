"""The prior precision and the noise that maximise the marginal likelihood.

With weights w of norm |w|, eigenvalues l_i of the Hessian of the negative log-likelihood, and the
prior precision a, the Laplace approximation of the log evidence is

    log p(y | x, a) = log p(y | x, w) - a |w|^2 / 2 + 1/2 sum_i log(a / (a + l_i)).

Source: MacKay, A practical Bayesian framework for backpropagation networks, Neural Computation 4,
1992; Immer et al., Scalable marginal likelihood estimation for model selection, ICML 2021.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Evidence", "maximise_evidence"]

#: Ends of the search, as logarithms; an optimum beyond them is at an end.
_LOW, _HIGH = math.log(1e-8), math.log(1e8)
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Prior precision, noise, and the log evidence there.

    Attributes:
        prior_precision: precision of the normal prior of every weight.
        noise: standard deviation of the observations; 1 for a classification.
        log_evidence: log p(y | x) in the Laplace approximation.
    """

    prior_precision: float
    noise: float
    log_evidence: float
    __repr__ = one_line


def maximise_evidence(
    curvature: Tensor,
    squared_norm: float,
    *,
    log_likelihood: float = 0.0,
    squared_error: float | None = None,
    count: int = 0,
    prior_precision: float | None = None,
    noise: float | None = None,
) -> Evidence:
    """Choose what is not given of prior precision and noise by the marginal likelihood.

    Args:
        curvature: (D,) eigenvalues l_i >= 0, for a regression those of noise 1.
        squared_norm: |w|^2.
        log_likelihood: log p(y | x, w) of a classification.
        squared_error: sum of squared residuals of a regression; None for a classification.
        count: number of targets of a regression.
        prior_precision: its value, if it is known.
        noise: its value, if it is known.
    """

    def at(log_precision: float, log_noise: float) -> float:
        precision, variance = math.exp(log_precision), math.exp(2.0 * log_noise)
        fit = log_likelihood
        if squared_error is not None:
            fit = -0.5 * squared_error / variance - count * (
                log_noise + 0.5 * math.log(2 * math.pi)
            )
        spread = torch.log1p(curvature / (variance * precision)).sum()
        return fit - 0.5 * precision * squared_norm - 0.5 * float(spread)

    log_precision = 0.0 if prior_precision is None else math.log(prior_precision)
    log_noise = 0.0 if noise is None else math.log(noise)
    if squared_error is not None and noise is None:
        log_noise = 0.5 * math.log(max(squared_error / count, 1e-16))
    for _ in range(100):
        before = (log_precision, log_noise)
        if prior_precision is None:
            log_precision = _highest(partial(at, log_noise=log_noise))
        if noise is None and squared_error is not None:
            log_noise = _highest(partial(at, log_precision))
        if max(abs(log_precision - before[0]), abs(log_noise - before[1])) < 1e-7:
            break
    return Evidence(math.exp(log_precision), math.exp(log_noise), at(log_precision, log_noise))


def _highest(function: Callable[[float], float]) -> float:
    """Return the place of the maximum: the best of a coarse grid, then golden sections."""
    grid = [_LOW + (_HIGH - _LOW) * place / 74 for place in range(75)]
    best = max(range(len(grid)), key=lambda place: function(grid[place]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > 1e-9:
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return 0.5 * (low + high)
