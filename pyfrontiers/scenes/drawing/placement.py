"""The library's shapes scaled, turned and moved to where the objects of a scene stand."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pyfrontiers.kernels.mesh import CORNER_FLOATS
from pyfrontiers.scenes.models.objects import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.scenes.models.objects import Placed
    from pyfrontiers.scenes.models.triangles import Array


class Solids(NamedTuple):
    """Triangles of N objects, object by object, before the street is bent.

    Attributes:
        positions: (3, P) x, y (downwards) and z; triangles of an object share them.
        numbers: (3, F) numbers of each triangle's corners in `positions`.
        corners: (F, 16) texture coordinates and normals, as in `Mesh`.
        row: (F,) each triangle's row in the library.
        lengths: (N,) triangles of each object.
    """

    positions: Array
    numbers: Array
    corners: Array
    row: Array
    lengths: Array


def place_shapes(placed: Sequence[Placed]) -> Solids:
    """Return the triangles of the objects."""
    shapes = library()
    which = [shapes.numbers[one.shape] for one in placed]
    faces, points, normals = (_Rows(*ranges.take(which, 1)) for ranges in shapes.ranges)
    table = np.array(
        [(cos(one.heading), sin(one.heading), *one.size, *one.position) for one in placed],
        np.float32,
    ).T
    c, s, wide, high, long, x, y, z = table.repeat(points.counts, axis=1)
    px, py, pz = shapes.points.take(points.row, 1)
    px, py, pz = px * wide, py * high, pz * long
    positions = np.empty((3, len(px)))
    positions[0] = c * px + s * pz + x
    positions[1] = -py - y
    positions[2] = c * pz - s * px + z

    c, s, wide, high, long = table[:5].repeat(normals.counts, axis=1)
    nx, ny, nz = shapes.normals.take(normals.row, 1)
    nx, ny, nz = nx / wide, ny / high, nz / long
    scale = 1.0 / np.sqrt(np.maximum(nx * nx + ny * ny + nz * nz, 1e-12))
    nx, nz = nx * scale, nz * scale

    number = shapes.corners.take(faces.row, 1)
    number -= points.shift.repeat(faces.counts)
    normal = shapes.corner_normals.take(faces.row, 1)
    normal -= normals.shift.repeat(faces.counts)
    along_x, along_z = shapes.along.take(faces.row, 1)
    corners = np.zeros((len(faces.row), CORNER_FLOATS), np.float32)
    columns = corners.T
    columns[0:15:5] = along_x * px.take(number) + along_z * pz.take(number)
    columns[1:15:5] = py.take(number)
    columns[2:15:5] = (c * nx + s * nz).take(normal)
    columns[3:15:5] = (-ny * scale).take(normal)
    columns[4:15:5] = (c * nz - s * nx).take(normal)
    return Solids(positions, number, corners, faces.row, faces.counts)


class _Rows:
    """Ranges of rows of the library, one for each object, one after the other.

    Attributes:
        counts: (N,) rows of each object.
        shift: (N,) how much larger the library's number of an object's row is than the scene's.
        row: the library's numbers of all rows.
    """

    def __init__(self, firsts: Array, counts: Array) -> None:
        self.counts = counts
        self.shift = firsts - counts.cumsum() + counts
        self.row = np.arange(counts.sum()) + self.shift.repeat(counts)
