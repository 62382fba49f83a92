"""A baseball: a sphere with a leather grain and a stitched seam."""

from __future__ import annotations

import numpy as np

from pyfrontiers.physical.objects.atlas import assemble
from pyfrontiers.physical.objects.object import TexturedObject
from pyfrontiers.physical.objects.parts import Chart, Place, ball_like
from pyfrontiers.physical.objects.patterns import noise, smooth_step

__all__ = ["CLASSES", "baseball"]

CLASSES = (429,)

_TEXTURE = (524, 262)
_STITCHES = 108  # double stitches of an official ball

_LEATHER = np.array([0.93, 0.91, 0.86])
_THREAD = np.array([0.72, 0.08, 0.11])
_GROOVE = np.array([0.66, 0.62, 0.56])


def baseball() -> TexturedObject:
    """Return a baseball of radius 1 with a seam of 108 double stitches."""
    top, bottom = (Chart((256, 256), _hemisphere(side), _colour) for side in (1, -1))
    mesh, texture = assemble([ball_like(top, bottom, rings=24, segments=72)], _TEXTURE)
    return TexturedObject("baseball", mesh, texture, CLASSES)


def _hemisphere(side: int) -> Place:
    """Return the map from a disc to a hemisphere that keeps areas (Lambert's azimuthal map)."""

    def place(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        x, y = 2 * u - 1, 2 * v - 1
        square = np.minimum(x * x + y * y, 2.0)
        shrink = np.sqrt(2 - square)
        return np.stack([x * shrink, y * shrink, side * (1 - square)], axis=1)

    return place


def _seam(t: np.ndarray, derivative: int = 0) -> np.ndarray:
    """Return points (N, 3) of the seam, or a derivative in t.

    The curve a cos t + b cos 3t, a sin t - b sin 3t, 2 sqrt(ab) sin 2t lies on a sphere of radius
    a + b and divides it into two equal pieces.
    """
    a, b = 0.75, 0.25
    shift = derivative * np.pi / 2
    first, second, third = t + shift, 2 * t + shift, 3 * t + shift
    two, three = 2.0**derivative, 3.0**derivative
    return np.stack(
        [
            a * np.cos(first) + b * three * np.cos(third),
            a * np.sin(first) - b * three * np.sin(third),
            2 * np.sqrt(a * b) * two * np.sin(second),
        ],
        axis=1,
    )


def _nearest_on_seam(points: np.ndarray) -> np.ndarray:
    """Return the parameter t (N,) of the seam's point nearest to each point of the sphere."""
    rough = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    towards = _seam(rough).astype(np.float32)
    nearest = [(part @ towards.T).argmax(axis=1) for part in np.array_split(points, 32)]
    t: np.ndarray = rough[np.concatenate(nearest)]
    for _ in range(3):  # Newton's method for the largest P · S(t)
        slope = np.einsum("ij,ij->i", points, _seam(t, 1))
        bend = np.einsum("ij,ij->i", points, _seam(t, 2))
        t = t - np.where(bend < -0.5, slope / np.minimum(bend, -0.5), 0.0).clip(-0.02, 0.02)
    return t


def _arc_length(t: np.ndarray) -> np.ndarray:
    """Return the length of the seam from 0 to t, as a share of the whole."""
    grid = np.linspace(0, 2 * np.pi, 2001)
    speed = np.linalg.norm(_seam(grid, 1), axis=1)
    length = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
    shares: np.ndarray = np.interp(t % (2 * np.pi), grid, length / length[-1])
    return shares


def _colour(points: np.ndarray) -> np.ndarray:
    """Return leather, the groove of the seam, and red stitches that slant away on both sides."""
    t = _nearest_on_seam(points)
    seam, ahead = _seam(t), _seam(t, 1)
    away = points - seam
    distance = np.linalg.norm(away, axis=1)
    left = np.cross(seam, ahead / np.linalg.norm(ahead, axis=1, keepdims=True))
    aside = np.abs(np.einsum("ij,ij->i", left, away))
    grain = 1 + 0.03 * noise(points, 0.05) + 0.03 * noise(points, 0.4, stream=1)
    colour = _LEATHER * grain[:, None]
    colour = colour * (0.86 + 0.14 * smooth_step(distance, 0.0, 0.16))[:, None]
    phase = _arc_length(t) * _STITCHES + 4.0 * aside
    stroke = np.abs(phase - np.round(phase))
    thread = (1 - smooth_step(stroke, 0.16, 0.26)) * smooth_step(aside, 0.014, 0.024)
    thread = (thread * (1 - smooth_step(aside, 0.105, 0.12)))[:, None]
    colour = colour * (1 - thread) + _THREAD * thread
    groove = (1 - smooth_step(distance, 0.008, 0.018))[:, None]
    grooved: np.ndarray = colour * (1 - groove) + _GROOVE * groove
    return grooved
