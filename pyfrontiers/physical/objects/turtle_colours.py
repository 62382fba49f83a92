"""A sea turtle: the colours of its shell and skin, as functions of the point."""

from __future__ import annotations

import numpy as np

from pyfrontiers.physical.objects.patterns import cells, nearest_two, noise, smooth_step

__all__ = ["carapace", "eye", "head", "plastron", "skin"]

_VERTEBRAL = [(x, 0.0) for x in (0.66, 0.35, 0.0, -0.36, -0.68)]
_COSTAL = [(x, side * 0.53) for x in (0.56, 0.19, -0.18, -0.53) for side in (1, -1)]
_SCUTES = np.array(_VERTEBRAL + _COSTAL)
"""Centres of the scutes, in units in which the rim is the unit circle."""

_RIM, _MARGINALS = 0.85, 26  # inner radius and number of the marginal scutes

_SEAM = np.array([0.80, 0.69, 0.44])
_AMBER = np.array([0.64, 0.42, 0.19])
_BROWN = np.array([0.36, 0.21, 0.10])
_DARK = np.array([0.17, 0.10, 0.05])
_CREAM = np.array([0.87, 0.78, 0.54])


def carapace(points: np.ndarray) -> np.ndarray:
    """Return the colours of five vertebral, eight costal and 26 marginal scutes."""
    x = points[:, 0]
    y = points[:, 1] / (0.80 * (1 + 0.10 * x))
    flat = np.stack([x, y], axis=1)
    which, border = nearest_two(flat, _SCUTES)
    radius = np.hypot(x, y)
    turn = np.arctan2(y, x) / (2 * np.pi) * _MARGINALS
    margin = np.abs(turn - np.round(turn)) / _MARGINALS * 2 * np.pi * radius
    at_rim = radius > _RIM
    edge = np.where(at_rim, np.minimum(margin, radius - _RIM), np.minimum(border, _RIM - radius))
    centre = np.where(at_rim[:, None], flat * 1.25, _SCUTES[which] + np.array([-0.16, 0.0]))
    away = flat - centre
    angle = np.arctan2(away[:, 1], away[:, 0])
    cell = np.where(at_rim, 50 + np.floor(turn + 0.5), which)
    ray = noise(np.stack([3.2 * angle, 0.8 * np.hypot(*away.T), 7.0 * cell], axis=1), 0.42)
    patch = noise(points, 0.16, stream=1)
    colour = _mix(_BROWN, _AMBER, smooth_step(ray + 0.4 * patch, -0.25, 0.45))
    colour = _mix(colour, _DARK, 0.85 * smooth_step(-ray - 0.3 * patch, 0.15, 0.6))
    colour = colour * (1 + 0.10 * noise(points, 0.035, stream=2))[:, None]
    colour = colour * (0.72 + 0.28 * smooth_step(edge, 0.0, 0.07))[:, None]
    return _mix(colour, _SEAM, 1 - smooth_step(edge, 0.012, 0.024))


def plastron(points: np.ndarray) -> np.ndarray:
    """Return the colours of the underside: pale plates in pairs."""
    x, y = points[:, 0], points[:, 1]
    across = np.abs((x + 1) / 0.34 - np.round((x + 1) / 0.34)) * 0.34
    edge = np.minimum(np.abs(y), across)
    shade = 1 + 0.07 * noise(points, 0.2, stream=3) + 0.04 * noise(points, 0.05, stream=4)
    return _mix(_CREAM * shade[:, None], 0.62 * _CREAM, 1 - smooth_step(edge, 0.008, 0.02))


def skin(points: np.ndarray) -> np.ndarray:
    """Return the colours of dark scales with pale borders."""
    return _scales(points, 0.105)


def head(points: np.ndarray) -> np.ndarray:
    """Return the colours of the head: plates, a horny beak with a mouth line, eyelids."""
    colour = _scales(points, 0.12)
    x, y, z = points.T
    beak = smooth_step(x + 0.3 * z, 1.46, 1.51)
    horn = _mix(_CREAM, _AMBER, smooth_step(noise(points, 0.07, stream=5), -0.2, 0.8))
    colour = _mix(colour, 0.85 * horn, beak)
    mouth = np.abs(z + 0.045 + 0.10 * (1.6 - x))
    along = smooth_step(x, 1.28, 1.32)
    colour = _mix(colour, _DARK, along * (1 - smooth_step(mouth, 0.008, 0.018)))
    lid = np.hypot(x - 1.335, z - 0.115)
    on_side = (np.abs(y) > 0.1).astype(float)
    return _mix(colour, _CREAM, on_side * (1 - smooth_step(lid, 0.062, 0.075)))


def eye(points: np.ndarray) -> np.ndarray:
    """Return the colour of the eyes."""
    return np.tile(np.array([0.05, 0.04, 0.03]), (len(points), 1))


def _scales(points: np.ndarray, size: float) -> np.ndarray:
    shade, border = cells(points * np.array([1.0, 1.0, 0.6]), size)
    colour = _mix(_DARK + 0.06, _BROWN + 0.08, shade)
    colour = colour * (1 + 0.10 * noise(points, 0.03, stream=6))[:, None]
    return _mix(colour, _SEAM, 1 - smooth_step(border, 0.10, 0.24))


def _mix(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    part = share[:, None]
    mixed: np.ndarray = first * (1 - part) + second * part
    return mixed
