"""Networks whose weights are constructed from the target instead of trained.

Each construction samples the target at about N points of [0, 1]. With h = 1/N:

- `step_pairs`: a staircase, with error at most h/2 times the largest slope;
- `relu_knots`: linear interpolation, with error at most h^2/8 times the largest second derivative;
- `sigmoid_bumps`: the staircase with rounded edges, made of the sigmoids that the universal
  approximation theorem is about.

Sources: Cybenko, Approximation by superpositions of a sigmoidal function, 1989, for existence;
de Boor, A Practical Guide to Splines, chapter III, for the error of linear interpolation.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from pyfrontiers.approximation.networks import Network, worst_error
from pyfrontiers.approximation.targets import Target
from pyfrontiers.arguments import Range, checked

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["CONSTRUCTIONS", "least_width", "relu_knots", "sigmoid_bumps", "step_pairs"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Largest N.
MAX_UNITS = 1 << 16
#: Steepness of a sigmoid bump in units of 1/h: its flanks rise within a fifth of its width.
_STEEPNESS = 40.0

Units = Annotated[int, Range(1, MAX_UNITS)]


def _cells(count: int) -> tuple[Array, Array]:
    """Return the N + 1 edges and N centres of equal cells, with the outer edges off [0, 1]."""
    edges = np.linspace(0.0, 1.0, count + 1)
    # A cell that ended at 1 would switch off there, or be half as high if made of sigmoids.
    edges[0], edges[-1] = -1.0, 2.0
    return edges, (np.arange(count) + 0.5) / count


def _pairs(target: Target, count: int, steepness: float, activation: str) -> Network:
    edges, centres = _cells(count)
    heights = target(centres)
    positions = np.concatenate([edges[:-1], edges[1:]])
    weight = np.full(2 * count, steepness)
    return Network(
        weight, -steepness * positions, np.concatenate([heights, -heights]), 0.0, activation
    )


@checked
def step_pairs(target: Target, count: Units) -> Network:
    """Construct the staircase sum over j of f(c_j) [H(x - a_j) - H(x - a_(j+1))] from step units.

    The cells [a_j, a_(j+1)] divide [0, 1] equally and have the centres c_j; H is the unit step.

    Args:
        target: Function f on [0, 1].
        count: Number N of cells, 1 to 65,536; the network has 2 N units.

    Returns:
        The network.

    Raises:
        ValueError: `count` is out of range.

    """
    return _pairs(target, count, 1.0, "step")


@checked
def sigmoid_bumps(target: Target, count: Units, steepness: float | None = None) -> Network:
    """Construct the staircase from N bumps, each the difference of two steep sigmoids.

    Args:
        target: Function on [0, 1].
        count: Number N of bumps, 1 to 65,536; the network has 2 N units.
        steepness: Weight w of every unit, positive and finite. Default: 40 N.

    Returns:
        The network.

    Raises:
        ValueError: An argument is out of range.

    """
    steep = _STEEPNESS * count if steepness is None else steepness
    if not 0 < steep < np.inf:
        raise ValueError(f"steepness must be positive and finite, got {steepness!r}")
    return _pairs(target, count, steep, "sigmoid")


@checked
def relu_knots(target: Target, count: Units) -> Network:
    """Construct the linear interpolant of f(0), f(1/N), ..., f(1) from N rectified units.

    Unit j switches on at (j - 1)/N and adds the change of slope there.

    Args:
        target: Function f on [0, 1].
        count: Number N of units, 1 to 65,536.

    Returns:
        The network; its offset is f(0).

    Raises:
        ValueError: `count` is out of range.

    """
    knots = np.linspace(0.0, 1.0, count + 1)
    heights = target(knots)
    slopes = np.diff(heights) * count
    changes = np.diff(slopes, prepend=0.0)
    return Network(np.ones(count), -knots[:-1], changes, float(heights[0]), "relu")


#: Constructions by name.
CONSTRUCTIONS: Mapping[str, Callable[[Target, int], Network]] = MappingProxyType(
    {"steps": step_pairs, "relu": relu_knots, "bumps": sigmoid_bumps}
)


@checked
def least_width(
    build: Callable[[Target, int], Network], target: Target, tolerance: float
) -> int | None:
    """Find the smallest N whose network is within a tolerance of the target on [0, 1].

    Bisects, then steps down while the next smaller N still suffices, because the error is not
    strictly monotone for small N.

    Args:
        build: One of `CONSTRUCTIONS`.
        target: Function on [0, 1].
        tolerance: Largest allowed absolute error, positive.

    Returns:
        N, or ``None`` if even 65,536 is not enough, as for a jump.

    Raises:
        ValueError: `tolerance` is not positive.

    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, got {tolerance!r}")

    def holds(count: int) -> bool:
        return worst_error(build(target, count), target) <= tolerance

    high = 1
    while not holds(high):
        high *= 2
        if high > MAX_UNITS:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    while high > 1 and holds(high - 1):
        high -= 1
    return high
