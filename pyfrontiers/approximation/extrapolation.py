"""A likelihood fitted on a part of the axis, seen on all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.approximation.likelihood import fit_likelihood
from pyfrontiers.approximation.observations import REACH, Observations, observe
from pyfrontiers.approximation.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Extrapolation", "all_observations", "extrapolate"]

#: Observations over all of `REACH`; a training range sees those inside it.
_COUNT, _SEED = 900, 3
_DRAWN = np.linspace(*REACH, 241)
#: How far beyond the training range the outside is measured, on either side.
_BESIDE = 0.5


@dataclass(frozen=True, slots=True)
class Extrapolation(Stored):
    """Fits that saw the observations in [low, high], on the whole axis.

    Attributes:
        low, high: The training range.
        activation: Of the hidden units.
        varying: Whether the noise may depend on x.
        seen: Number of observations in the range.
        x: Where the curves are drawn.
        means: Mean of each fit at `x`; the fits differ in their random start only.
        sigma: Standard deviation of the first fit at `x`.
        error_inside, error_outside: Root-mean-square error of each fit in the range, and within
            half a unit beyond either end.
        covered_inside, covered_outside: Share of new observations in the 95 % band of each fit.
        seconds: How long the training took.

    """

    low: float
    high: float
    activation: str
    varying: bool
    seen: int
    x: tuple[float, ...]
    means: tuple[tuple[float, ...], ...]
    sigma: tuple[float, ...]
    error_inside: tuple[float, ...]
    error_outside: tuple[float, ...]
    covered_inside: tuple[float, ...]
    covered_outside: tuple[float, ...]
    seconds: float


@lru_cache(maxsize=1)
def all_observations() -> Observations:
    """Give the observations of the whole axis, the same ones always."""
    return observe(_COUNT, *REACH, seed=_SEED)


def extrapolate(
    low: float,
    high: float,
    *,
    activation: str = "tanh",
    varying: bool = True,
    seeds: int = 5,
    steps: int = 1000,
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> Extrapolation:
    """Fit the observations in a range and look at the fits everywhere.

    Args:
        low: Left end of the training range.
        high: Right end; both within `REACH`, at least a tenth apart.
        activation: ``"relu"``, ``"tanh"`` or ``"sine"``.
        varying: Whether the noise may depend on x.
        seeds: Fits from different random starts.
        steps: Steps of Adam.
        seed: 64-bit seed of the random starts.
        report: Told the fraction and a message.

    Returns:
        Curves, band, errors and coverage.

    Raises:
        ValueError: The range is too short or reaches beyond the axis, or another argument is out
            of range; it is named.

    """
    if not REACH[0] <= low <= high - 0.1 + 1e-9 <= REACH[1]:
        raise ValueError(
            f"the range is {low!r} to {high!r}; wanted two ends within {REACH[0]:g} and "
            f"{REACH[1]:g}, at least 0.1 apart"
        )
    known = all_observations()
    within = (known.x >= low) & (known.x <= high)
    fits = fit_likelihood(
        Observations(known.x[within], known.y[within]),
        low=low,
        high=high,
        varying=varying,
        activation=activation,
        seeds=seeds,
        steps=steps,
        seed=seed,
        report=report,
    )
    inside = fits.quality((low, high))
    outside = fits.quality((low - _BESIDE, low), (high, high + _BESIDE))
    drawn = fits.predict(_DRAWN)
    return Extrapolation(
        low,
        high,
        activation,
        varying,
        int(within.sum()),
        tuple(_DRAWN.tolist()),
        tuple(map(tuple, drawn.mean.tolist())),
        tuple(drawn.sigma[0].tolist()),
        tuple(inside.error.tolist()),
        tuple(outside.error.tolist()),
        tuple(inside.coverage.tolist()),
        tuple(outside.coverage.tolist()),
        fits.seconds,
    )
