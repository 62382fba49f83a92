"""Networks whose weights are written down, not trained.

Each takes a target and a number N and reads N heights off it. On [0, 1], with h = 1/N:

- `step_pairs`: a staircase; error at most h/2 times the largest slope;
- `relu_knots`: lines through N + 1 points; error at most h^2/8 times the largest curvature;
- `sigmoid_bumps`: the staircase with rounded edges, which is what the theorem's units can build.

Sources: Cybenko 1989 for the existence; de Boor, A Practical Guide to Splines, chapter III, for the
error of straight lines.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.approximation.networks import Network, worst_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyfrontiers.approximation.targets import Target

__all__ = ["CONSTRUCTIONS", "least_width", "relu_knots", "sigmoid_bumps", "step_pairs"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Widest network that is built.
MOST = 1 << 16
#: Steepness of a sigmoid bump's flanks in units of 1/h: they rise within a fifth of its width.
_STEEPNESS = 40.0


def _count(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST:
        raise ValueError(f"count is {count!r}; wanted a whole number from 1 to {MOST}")
    return count


def _edges(count: int) -> tuple[Array, Array]:
    """Give the N + 1 edges of N equal cells, the outer two moved off the interval, and centres."""
    edges = np.linspace(0.0, 1.0, count + 1)
    # A cell that ended at 1 would switch off there, or be half as high with a sigmoid.
    edges[0], edges[-1] = -1.0, 2.0
    return edges, (np.arange(count) + 0.5) / count


def _pairs(target: Target, count: int, steepness: float, activation: str) -> Network:
    edges, centres = _edges(count)
    heights = target(centres)
    positions = np.concatenate([edges[:-1], edges[1:]])
    weight = np.full(2 * count, steepness)
    return Network(
        weight, -steepness * positions, np.concatenate([heights, -heights]), 0.0, activation
    )


def step_pairs(target: Target, count: int) -> Network:
    """Build the staircase sum of f(c_j) [H(x - a_j) - H(x - a_(j+1))] from N pairs of steps.

    Args:
        target: What it approximates on [0, 1].
        count: N, the number of pairs; the network has 2 N units.

    Returns:
        The network.

    Raises:
        ValueError: `count` is no whole number from 1 to 65,536.

    """
    return _pairs(target, _count(count), 1.0, "step")


def sigmoid_bumps(target: Target, count: int, steepness: float | None = None) -> Network:
    """Build the staircase from N bumps, each the difference of two steep sigmoids.

    Args:
        target: What it approximates on [0, 1].
        count: N, the number of bumps; the network has 2 N units.
        steepness: The weight w of every unit, positive; 40 N when left out.

    Returns:
        The network.

    Raises:
        ValueError: `count` is no whole number from 1 to 65,536, or `steepness` is not positive.

    """
    steep = _STEEPNESS * _count(count) if steepness is None else steepness
    if not 0 < steep < np.inf:
        raise ValueError(f"steepness is {steepness!r}; wanted a positive number")
    return _pairs(target, count, steep, "sigmoid")


def relu_knots(target: Target, count: int) -> Network:
    """Build the straight lines through f(0), f(1/N), ..., f(1) from N rectified units.

    Unit j switches on at (j - 1)/N and adds the change of slope there.

    Args:
        target: What it approximates on [0, 1].
        count: N, the number of units.

    Returns:
        The network; its offset is f(0).

    Raises:
        ValueError: `count` is no whole number from 1 to 65,536.

    """
    knots = np.linspace(0.0, 1.0, _count(count) + 1)
    heights = target(knots)
    slopes = np.diff(heights) * count
    changes = np.diff(slopes, prepend=0.0)
    return Network(np.ones(count), -knots[:-1], changes, float(heights[0]), "relu")


CONSTRUCTIONS: Mapping[str, Callable[[Target, int], Network]] = MappingProxyType(
    {"steps": step_pairs, "relu": relu_knots, "bumps": sigmoid_bumps}
)


def least_width(
    build: Callable[[Target, int], Network], target: Target, tolerance: float
) -> int | None:
    """Search the least N whose network is within a tolerance of the target on [0, 1].

    By bisection, then downwards while the next smaller one still holds: the error falls with N, but
    for small N not without exception.

    Args:
        build: One of `CONSTRUCTIONS`.
        target: What is approximated.
        tolerance: Largest error allowed, positive.

    Returns:
        N, or ``None`` when even 65,536 do not suffice, as for a jump.

    Raises:
        ValueError: `tolerance` is not positive.

    """
    if not tolerance > 0:
        raise ValueError(f"tolerance is {tolerance!r}; wanted a positive number")

    def holds(count: int) -> bool:
        return worst_error(build(target, count), target) <= tolerance

    high = 1
    while not holds(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    while high > 1 and holds(high - 1):
        high -= 1
    return high
