"""Shadows: the mesh seen from the sun tells which points the sun sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pyfrontiers.kernels import rasterize
from pyfrontiers.scenes.drawing.viewpoint import Viewpoint

if TYPE_CHECKING:
    from pyfrontiers.kernels import Mesh
    from pyfrontiers.scenes.drawing.light import Light
    from pyfrontiers.scenes.drawing.picture import Pixels
    from pyfrontiers.scenes.models.triangles import Array

_ROWS, _COLUMNS = 96, 192
_REACH: Final = 33.0
"""Half the length of the part of the street that has shadows, in metres."""
_DISTANCE: Final = 400.0
_BIAS, _SLANT = 0.2, 0.5
"""Tolerances in metres, also for steps of the map on surfaces that the sun grazes."""
_MIDDLE: Final = np.array([0.0, -1.0, 34.0])


def sunlit(mesh: Mesh, view: Viewpoint, light: Light, pixels: Pixels, facing: Array) -> Array:
    """Return for each sample 1 where the sun is seen and 0 in shadow.

    The two samples of a pixel look up the map half a step apart, so that edges are softer.

    Args:
        mesh: the scene.
        view: the camera.
        light: the light.
        pixels: the samples.
        facing: (P,) cosine between their normals and the sun's direction.
    """
    towards = light.direction
    along = np.array([0.0, 0.0, 1.0]) - towards[2] * towards
    along /= np.sqrt(along @ along)
    (a, b, c), (u, v, w) = -towards, along
    rotation = np.array([along, (b * w - c * v, c * u - a * w, a * v - b * u), -towards])
    position = _MIDDLE + _DISTANCE * towards
    scale = _COLUMNS / 2 / _REACH * _DISTANCE
    pose = Viewpoint(rotation, position, scale / _ROWS).poses(towards)
    nearest = rasterize(mesh, pose, size=(_ROWS, _COLUMNS)).depth[0].numpy() + np.float32(
        _BIAS + _SLANT
    )
    # What lies beyond the map is sunlit.
    nearest[[0, -1]] = nearest[:, [0, -1]] = np.inf
    turn = (rotation @ view.rotation.T).astype(np.float32)
    shift = (rotation @ (view.position - position)).astype(np.float32)
    there = turn @ (pixels.rays * pixels.depth)
    x, y, z = there
    z += shift[2]
    factor = np.float32(scale) / z
    second = pixels.at >= len(pixels.samples.places) // 2
    aside = np.where(second, np.float32(0.25), np.float32(-0.25))
    x += shift[0]
    x *= factor
    x += aside + np.float32(_COLUMNS / 2)
    y += shift[1]
    y *= factor
    y += aside + np.float32(_ROWS / 2)
    np.clip(x, 0, _COLUMNS - 1, out=x)
    np.clip(y, 0, _ROWS - 1, out=y)
    at = y.astype(np.intp)
    at *= _COLUMNS
    at += x.astype(np.intp)
    z += facing * np.float32(_SLANT)
    seen: Array = (z <= nearest.ravel().take(at)).astype(np.float32)
    return seen
