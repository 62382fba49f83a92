"""Curves that five points are taken from: of the family that was learned, and outside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.transfer import FAMILIES, GRID, REACH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Curve = Callable[[Any], Any]

__all__ = ["EXAMPLES", "Example", "example"]

EXAMPLES = {
    "sine": "New sine",
    "faster": "Higher frequency",
    "larger": "Larger amplitude",
    "step": "Step",
    "line": "Straight line",
}
"""Titles of the curves. The networks have learned from sines like the first one."""
_FAMILIES = {"sine": "standard", "faster": "faster", "larger": "larger"}
_SEED = 19
_COUNT = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A curve and five points of it.

    Attributes:
        points: (x, y) of each point.
        truth: the curve's values at `GRID`.
    """

    points: tuple[tuple[float, float], ...]
    truth: tuple[float, ...]


@lru_cache(maxsize=256)
def example(name: str, sample: int) -> Example:
    """Draw a curve and five points of it, one in each fifth of the axis.

    The places of a sample are the same for every curve.

    Args:
        name: a key of `EXAMPLES`.
        sample: which one.
    """
    u = uniform((4 + _COUNT,), seed=fold_in(_SEED, sample)).tolist()
    curve = _curve(name, u[:4])
    x = np.round(REACH * (2 * (np.arange(_COUNT) + u[4:]) / _COUNT - 1), 2)
    y = np.round(curve(x), 2)
    points = [(float(a), float(b)) for a, b in np.stack([x, y], 1)]
    return Example(tuple(points), tuple(curve(np.array(GRID)).tolist()))


def _curve(name: str, u: Sequence[float]) -> Curve:
    """Return a curve, from uniform numbers."""
    if name == "step":
        place, height = 4 * u[0] - 2, 1 + 3 * u[1]
        return lambda x: np.where(x < place, -height, height)
    if name == "line":
        slope, offset = (0.3 + 0.6 * u[2]) * (1 if u[0] < 0.5 else -1), 2 * u[1] - 1
        return lambda x: slope * x + offset
    family = FAMILIES[_FAMILIES[name]]
    ranges = (family.amplitude, family.phase, family.frequency)
    a, b, f = (low + (high - low) * v for (low, high), v in zip(ranges, u, strict=False))
    return lambda x: a * np.sin(f * x + b)
