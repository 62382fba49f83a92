"""Noisy observations of a known curve: what a likelihood is fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["REACH", "Observations", "noise", "observe", "truth"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Where the curve is known and observations may be made.
REACH = (-1.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Pairs (x, y) with y = truth(x) + noise(x) times a standard normal number.

    Attributes:
        x: (n,), rising.
        y: (n,).

    """

    x: Array
    y: Array


def truth(x: Array) -> Array:
    """Give the curve without noise, sin(2 pi x)."""
    return np.asarray(np.sin(2.0 * np.pi * np.asarray(x)))


def noise(x: Array) -> Array:
    """Give the standard deviation of an observation at x: 0.05 at 0, three times that at 1."""
    return np.asarray(0.05 + 0.1 * np.asarray(x) ** 2)


def observe(count: int, low: float, high: float, *, seed: int) -> Observations:
    """Make observations at random places.

    Args:
        count: n, 10 to 10,000.
        low: Left end of the range.
        high: Right end; both within `REACH`, at least a tenth apart.
        seed: Seed of places and noise.

    Returns:
        The observations, in order of x.

    Raises:
        ValueError: An argument is out of range; it is named.

    """
    if isinstance(count, bool) or not isinstance(count, int) or not 10 <= count <= 10_000:
        raise ValueError(f"count is {count!r}; wanted a whole number from 10 to 10,000")
    if not REACH[0] <= low <= high - 0.1 <= REACH[1] - 0.1 + 1e-9:
        raise ValueError(
            f"the range is {low!r} to {high!r}; wanted two ends within {REACH[0]:g} and "
            f"{REACH[1]:g}, at least 0.1 apart"
        )
    random = np.random.default_rng(seed)
    x = np.sort(random.uniform(low, high, count))
    return Observations(x, truth(x) + noise(x) * random.standard_normal(count))
