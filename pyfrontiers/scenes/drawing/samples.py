"""Where a picture is sampled: at two points of each pixel."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pyfrontiers.scenes.models.triangles import Array


class Samples(NamedTuple):
    """Two samples of each pixel, S = 2 height width in all: all first ones, then all second ones.

    A raster of twice the height and width has four samples per pixel; these are two of them on a
    diagonal, and the diagonals of neighbouring pixels cross. They smooth edges of every direction
    for half the work of four.

    Attributes:
        places: (S,) positions in the flattened raster.
        rays: (3, S) directions with z = 1, for a focal length of one picture height.
        size: (height, width) of the picture.
    """

    places: Array
    rays: Array
    size: tuple[int, int]

    def mean(self, values: Array) -> Array:
        """Return the (C, height, width) mean of the samples (C, S) of each pixel."""
        halves = values.reshape(len(values), 2, *self.size)
        mean: Array = (halves[:, 0] + halves[:, 1]) * np.float32(0.5)
        return mean


@functools.lru_cache(maxsize=8)
def samples_of(height: int, width: int) -> Samples:
    """Return the samples of a picture."""
    row, column = (axis.ravel() for axis in np.mgrid[:height, :width])
    right = (row + column) % 2
    rows = np.concatenate([2 * row, 2 * row + 1])
    columns = np.concatenate([2 * column + right, 2 * column + 1 - right])
    rays = np.stack(
        [
            (columns + 0.5 - width) / (2 * height),
            (rows + 0.5 - height) / (2 * height),
            np.ones(len(rows)),
        ]
    )
    return Samples(
        rows * 2 * width + columns,
        rays.astype(np.float32),
        (height, width),
    )
