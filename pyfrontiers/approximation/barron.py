"""Barron's constant and bound: how wide a network has to be, from the target's spectrum.

For f with Fourier representation f(x) = integral of exp(i w x) F(dw) on the ball of radius r,

    C = integral of |w| |F|(dw),    ||f - F_N||_2 <= 2 r C / sqrt(N) for some network of N sigmoids

in the mean square with respect to any probability measure on the ball. The interval [0, 1] is the
ball of radius 1/2 about 1/2, so 2 r = 1.

Source: Barron, Universal approximation bounds for superpositions of a sigmoidal function, IEEE
Transactions on Information Theory 39, 1993, Theorem 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["barron_bound", "barron_constant", "barron_width", "sine_constant"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Radius of the ball that [0, 1] is.
_RADIUS = 0.5
#: How far the extension of the target reaches beyond [0, 1] on each side before it is faded out.
_MARGIN = 0.5
#: Points on one unit of x at the three resolutions that are compared, two octaves apart each.
_RESOLUTIONS = (512, 2048, 8192)
#: Length of x that the transform sees; the extension is zero on most of it.
_LENGTH = 16


def sine_constant(frequency: float) -> float:
    """Give C of sin(2 pi f x): its spectrum is two atoms of mass 1/2 at w = 2 pi f and -2 pi f."""
    return 2.0 * math.pi * abs(frequency)


def barron_constant(function: Callable[[Array], Array]) -> float:
    """Compute Barron's constant of a smooth extension of a function from [0, 1] to the line.

    The constant of f on [0, 1] is the least over all extensions, so this is an upper bound of it,
    and 2 r C / sqrt(N) with it is a bound that holds. The extension is f itself within half a unit,
    faded out by a smooth window.

    Args:
        function: Takes points (P,) in [-1/2, 3/2], gives values (P,).

    Returns:
        C, or infinity where the integral does not converge: at a jump or a corner it grows with
        every higher frequency.

    """
    found = [_moment(function, points) for points in _RESOLUTIONS]
    if not all(map(math.isfinite, found)):
        return math.inf
    first, second = found[1] - found[0], found[2] - found[1]
    # A jump adds the same to C for each unit of frequency and a corner for each octave; where the
    # integral converges, the next octaves add less than half of the last ones.
    diverges = second > 1e-3 * found[2] and second > 0.5 * first
    return math.inf if diverges else found[2]


def _moment(function: Callable[[Array], Array], points: int) -> float:
    count = points * _LENGTH
    x = (np.arange(count) - count // 2) / points + 0.5
    window = _window(x)
    values = np.zeros(count)
    inside = window > 0
    with np.errstate(all="ignore"):
        values[inside] = function(x[inside]) * window[inside]
    if not np.isfinite(values).all():
        return math.inf
    # Frequencies are w = 2 pi k / length, and |F|(dw) is the modulus of the k-th coefficient.
    mass = np.abs(np.fft.rfft(values)) / count
    omega = 2.0 * np.pi * np.arange(mass.size) / _LENGTH
    return float(2.0 * (omega @ mass))


def _window(x: Array) -> Array:
    """Give a window that is 1 on [0, 1], 0 beyond the margin, and has all derivatives."""
    t = np.clip((np.abs(x - 0.5) - 0.5) / _MARGIN, 0.0, 1.0)
    with np.errstate(divide="ignore"):
        fall, rise = np.exp(-1.0 / np.maximum(1.0 - t, 0.0)), np.exp(-1.0 / t)
    return np.asarray(fall / (fall + rise))


def barron_bound(constant: float, width: int) -> float:
    """Give 2 r C / sqrt(N), the root-mean-square error on [0, 1] that N sigmoids can reach.

    Args:
        constant: C, at least 0.
        width: N, at least 1.

    Raises:
        ValueError: One of them is out of range.

    """
    if not constant >= 0:
        raise ValueError(f"constant is {constant!r}; wanted at least 0")
    if width < 1:
        raise ValueError(f"width is {width!r}; wanted at least 1")
    return 2.0 * _RADIUS * constant / math.sqrt(width)


def barron_width(constant: float, tolerance: float) -> float:
    """Give the least N for which the bound promises a root-mean-square error within a tolerance.

    Args:
        constant: C, at least 0.
        tolerance: The error, positive.

    Returns:
        N as a float, infinite where C is.

    Raises:
        ValueError: One of them is out of range.

    """
    if not tolerance > 0:
        raise ValueError(f"tolerance is {tolerance!r}; wanted a positive number")
    needed = (barron_bound(constant, 1) / tolerance) ** 2
    return max(1.0, float(np.ceil(needed)))
