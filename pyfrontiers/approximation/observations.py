"""Noisy observations of a known curve, the data of the likelihood fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from pyfrontiers.arguments import Range, Seed, checked

__all__ = ["DOMAIN", "Observations", "noise", "observe", "truth"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Interval on which observations may be made.
DOMAIN = (-1.0, 2.0)


@checked
@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Pairs (x, y) with y = truth(x) + noise(x) z, where z is standard normal.

    Attributes:
        x: (n,), ascending.
        y: (n,).

    """

    x: Array
    y: Array


@checked
def truth(x: Array) -> Array:
    """Return the true curve sin(2 pi x) at points x of any shape."""
    return np.asarray(np.sin(2.0 * np.pi * np.asarray(x)))


@checked
def noise(x: Array) -> Array:
    """Return the standard deviation 0.05 + 0.1 x^2 of an observation at x, any shape."""
    return np.asarray(0.05 + 0.1 * np.asarray(x) ** 2)


@checked
def observe(
    count: Annotated[int, Range(10, 10_000)], low: float, high: float, *, seed: Seed
) -> Observations:
    """Make observations at uniformly random points.

    Args:
        count: Number n of observations, 10 to 10,000.
        low: Lower end of the range.
        high: Upper end; both within `DOMAIN` and at least 0.1 apart.
        seed: Seed of the points and the noise.

    Returns:
        The observations in ascending order of x.

    Raises:
        ValueError: An argument is out of range.

    """
    if not DOMAIN[0] <= low <= high - 0.1 <= DOMAIN[1] - 0.1 + 1e-9:
        raise ValueError(
            f"low and high must lie in [{DOMAIN[0]:g}, {DOMAIN[1]:g}], at least 0.1 apart, got "
            f"{low!r} and {high!r}"
        )
    random = np.random.default_rng(seed)
    x = np.sort(random.uniform(low, high, count))
    return Observations(x, truth(x) + noise(x) * random.standard_normal(count))
