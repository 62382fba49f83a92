"""Fit a likelihood on part of the axis and evaluate it everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from pyfrontiers.approximation.json_record import JsonRecord
from pyfrontiers.approximation.likelihood import fit_likelihood
from pyfrontiers.approximation.observations import DOMAIN, Observations, observe
from pyfrontiers.arguments import Range, Seed, checked

__all__ = ["Extrapolation", "all_observations", "extrapolate"]

#: Number and seed of the observations on all of `DOMAIN`; a fit sees those in its training range.
_COUNT, _SEED = 900, 3
#: Points at which curves are stored.
_CURVE_POINTS = np.linspace(*DOMAIN, 241)
#: Width of the intervals on either side of the training range that count as outside.
_MARGIN = 0.5


@dataclass(frozen=True, slots=True)
class Extrapolation(JsonRecord):
    """Fits to the observations in a training range, evaluated on the whole axis.

    Attributes:
        low, high: The training range.
        activation: Activation of the hidden units.
        varying: Whether the modelled noise may depend on x.
        seen: Number of observations in the training range.
        x: Points at which `means` and `sigma` are given.
        means: Mean of each fit at `x`; the fits differ only in their initial weights.
        sigma: Standard deviation of the first fit at `x`.
        error_inside, error_outside: RMS error of each fit in the training range, and within half a
            unit outside it.
        covered_inside, covered_outside: Probability that the 95 % band of each fit contains a new
            observation.
        seconds: Duration of the training.

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
    """Return the fixed set of observations on all of `DOMAIN`."""
    return observe(_COUNT, *DOMAIN, seed=_SEED)


@checked
def extrapolate(
    low: float,
    high: float,
    *,
    activation: str = "tanh",
    varying: bool = True,
    seeds: Annotated[int, Range(1, 100)] = 5,
    steps: Annotated[int, Range(1, 20_000)] = 1000,
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> Extrapolation:
    """Fit the observations in a training range and evaluate the fits inside and outside it.

    Args:
        low: Lower end of the training range.
        high: Upper end; both within `DOMAIN` and at least 0.1 apart.
        activation: ``"relu"``, ``"tanh"`` or ``"sine"``.
        varying: Whether the modelled noise may depend on x.
        seeds: Number of fits, which differ in their initial weights.
        steps: Steps of Adam.
        seed: 64-bit seed of the initial weights.
        report: Called with the fraction done and a message.

    Returns:
        Curves, errors and coverage.

    Raises:
        ValueError: The training range is too short or exceeds `DOMAIN`, or another argument is out
            of range.

    """
    if not DOMAIN[0] <= low <= high - 0.1 + 1e-9 <= DOMAIN[1]:
        raise ValueError(
            f"low and high must lie in [{DOMAIN[0]:g}, {DOMAIN[1]:g}], at least 0.1 apart, got "
            f"{low!r} and {high!r}"
        )
    observations = all_observations()
    within = (observations.x >= low) & (observations.x <= high)
    fits = fit_likelihood(
        Observations(observations.x[within], observations.y[within]),
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
    outside = fits.quality((low - _MARGIN, low), (high, high + _MARGIN))
    curves = fits.predict(_CURVE_POINTS)
    return Extrapolation(
        low,
        high,
        activation,
        varying,
        int(within.sum()),
        tuple(_CURVE_POINTS.tolist()),
        tuple(map(tuple, curves.mean.tolist())),
        tuple(curves.sigma[0].tolist()),
        tuple(inside.error.tolist()),
        tuple(outside.error.tolist()),
        tuple(inside.coverage.tolist()),
        tuple(outside.coverage.tolist()),
        fits.seconds,
    )
