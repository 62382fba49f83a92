"""Barron's bound: the width a network needs, from the spectrum of its target.

For f with the Fourier representation f(x) = integral of exp(i w x) F(dw) on a ball of radius r, let

    C = integral of |w| |F|(dw).

Some network F_N of N sigmoids then has ||f - F_N||_2 <= 2 r C / sqrt(N), where the norm is the root
mean square with respect to any probability measure on the ball. The interval [0, 1] is the ball of
radius 1/2 around 1/2, so 2 r = 1.

Source: Barron, Universal approximation bounds for superpositions of a sigmoidal function, IEEE
Transactions on Information Theory 39, 1993, Theorem 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pyfrontiers.arguments import checked

__all__ = ["barron_bound", "barron_constant", "barron_width", "sine_constant"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Radius of [0, 1] as a ball.
_RADIUS = 0.5
#: Distance over which the extension of the target fades to zero on each side of [0, 1].
_MARGIN = 0.5
#: Points per unit of x at three resolutions, each two octaves above the last.
_RESOLUTIONS = (512, 2048, 8192)
#: Length of the transformed interval; the extension is zero on most of it.
_LENGTH = 16


@checked
def sine_constant(frequency: float) -> float:
    """Return C of sin(2 pi f x), which is 2 pi |f|.

    The spectrum consists of two atoms of mass 1/2, at w = 2 pi f and w = -2 pi f.

    Args:
        frequency: f, in periods per unit of x.

    """
    return 2.0 * math.pi * abs(frequency)


@checked
def barron_constant(function: Callable[[Array], Array]) -> float:
    """Compute Barron's constant of a smooth extension of a function on [0, 1] to the real line.

    The constant of f on [0, 1] is the infimum over all extensions, so the constant of any one
    extension is an upper bound, and 2 r C / sqrt(N) remains a valid bound. The extension used here
    is f times a smooth window that is 1 on [0, 1] and falls to 0 over half a unit on each side.

    Args:
        function: Maps points (P,) in [-1/2, 3/2] to values (P,).

    Returns:
        C, or infinity if the integral diverges, as it does for a function with a jump or a corner.

    """
    found = [_moment(function, points) for points in _RESOLUTIONS]
    if not all(map(math.isfinite, found)):
        return math.inf
    first, second = found[1] - found[0], found[2] - found[1]
    # A jump adds a constant to C per unit of frequency, a corner a constant per octave. If the
    # integral converges, two more octaves add less than half of what the previous two added.
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
    # The frequencies are w = 2 pi k / length; |F|(dw) is the modulus of the k-th coefficient.
    mass = np.abs(np.fft.rfft(values)) / count
    omega = 2.0 * np.pi * np.arange(mass.size) / _LENGTH
    return float(2.0 * (omega @ mass))


def _window(x: Array) -> Array:
    """Return a window that is 1 on [0, 1], 0 beyond the margin, and infinitely differentiable."""
    t = np.clip((np.abs(x - 0.5) - 0.5) / _MARGIN, 0.0, 1.0)
    with np.errstate(divide="ignore"):
        fall, rise = np.exp(-1.0 / np.maximum(1.0 - t, 0.0)), np.exp(-1.0 / t)
    return np.asarray(fall / (fall + rise))


@checked
def barron_bound(constant: float, width: float) -> float:
    """Return 2 r C / sqrt(N), the bound on the RMS error of N sigmoids on [0, 1].

    Args:
        constant: C, at least 0.
        width: N, at least 1.

    Raises:
        ValueError: An argument is out of range.

    Source:
        Barron 1993, Theorem 1.

    """
    if not constant >= 0:
        raise ValueError(f"constant must be at least 0, got {constant!r}")
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width!r}")
    return 2.0 * _RADIUS * constant / math.sqrt(width)


@checked
def barron_width(constant: float, tolerance: float) -> float:
    """Return the smallest N for which the bound guarantees an RMS error within a tolerance.

    Args:
        constant: C, at least 0.
        tolerance: Largest allowed RMS error, positive.

    Returns:
        N as a float, infinite if C is.

    Raises:
        ValueError: An argument is out of range.

    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, got {tolerance!r}")
    needed = (barron_bound(constant, 1) / tolerance) ** 2
    return max(1.0, float(np.ceil(needed)))
