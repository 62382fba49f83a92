"""Smooth curves through given points, along which tubes run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ellipsoid", "smooth_curve", "swept"]


def smooth_curve(at: np.ndarray, knots: Sequence[float], values: np.ndarray) -> np.ndarray:
    """Interpolate values (K, ...) at increasing knots by a Catmull-Rom spline; constant outside.

    Args:
        at: where to evaluate, (N,).
        knots: K positions.
        values: (K,) or (K, D).

    Returns:
        (N,) or (N, D).
    """
    places = np.asarray(knots, dtype=float)
    table = np.asarray(values, dtype=float)
    at = at.clip(places[0], places[-1])
    left = (np.searchsorted(places, at, side="right") - 1).clip(0, len(places) - 2)
    gap = places[left + 1] - places[left]
    t = (at - places[left]) / gap
    slopes = np.gradient(table, places, axis=0)
    if table.ndim > 1:
        t, gap = t[:, None], gap[:, None]
    start, end = table[left], table[left + 1]
    first, last = gap * slopes[left], gap * slopes[left + 1]
    curve: np.ndarray = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * first
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * last
    )
    return curve


def swept(
    u: np.ndarray, v: np.ndarray, path: np.ndarray, width: np.ndarray, height: np.ndarray
) -> np.ndarray:
    """Return points (N, 3) of a tube with elliptical sections along a path.

    Args:
        u: (N,) turn around the tube, from the left side upwards.
        v: (N,) position along it; clipped to [0, 1].
        path: (K, 3) points of the middle, evenly spaced in v.
        width: (L,) half-widths in the horizontal direction, evenly spaced in v; 0 at the ends.
        height: (L,) half-heights, likewise.
    """
    v = v.clip(0.0, 1.0)
    knots = np.linspace(0, 1, len(path)).tolist()
    middle = smooth_curve(v, knots, path)
    ahead = smooth_curve(v + 1e-3, knots, path) - smooth_curve(v - 1e-3, knots, path)
    flat = ahead[:, :2] / np.maximum(np.linalg.norm(ahead[:, :2], axis=1, keepdims=True), 1e-12)
    across = np.stack([-flat[:, 1], flat[:, 0], np.zeros(len(v))], axis=1)
    wide, high = (
        np.interp(v, np.linspace(0, 1, len(each)), each)[:, None] for each in (width, height)
    )
    turn = 2 * np.pi * u[:, None]
    up = np.array([0.0, 0.0, 1.0])
    points: np.ndarray = middle + wide * np.cos(turn) * across + high * np.sin(turn) * up
    return points


def ellipsoid(
    u: np.ndarray, v: np.ndarray, centre: Sequence[float], radii: Sequence[float]
) -> np.ndarray:
    """Return points (N, 3) of an ellipsoid; u is longitude, v latitude from -z to z."""
    polar, azimuth = np.pi * v.clip(0.0, 1.0), 2 * np.pi * u
    unit = np.stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), -np.cos(polar)], axis=1
    )
    points: np.ndarray = np.asarray(centre) + unit * np.asarray(radii)
    return points
