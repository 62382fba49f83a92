"""Closed surfaces with texture coordinates: the parts that an object is assembled from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Chart", "Colour", "Part", "Place", "ball_like", "tube"]

Place = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Maps chart coordinates u, v, each (N,), to points (N, 3). It continues beyond [0, 1]."""

Colour = Callable[[np.ndarray], np.ndarray]
"""Maps points (N, 3) of the surface to RGB (N, 3) in [0, 1]."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A rectangle of the texture.

    Attributes:
        size: (width, height) in texels, without padding.
        place: the points of the surface under it.
        colour: the colours of these points.
    """

    size: tuple[int, int]
    place: Place
    colour: Colour


@dataclass(frozen=True, eq=False)
class Part:
    """A closed surface, a topological sphere.

    Vertices are shared across the borders of charts, texture coordinates are not.

    Attributes:
        vertices: (V, 3).
        faces: (F, 3) vertex indices, counter-clockwise from outside.
        charts: the rectangles of the texture that it uses.
        coordinates: (U, 3): chart number, u and v.
        uv_faces: (F, 3) indices into `coordinates`.
    """

    vertices: np.ndarray
    faces: np.ndarray
    charts: tuple[Chart, ...]
    coordinates: np.ndarray
    uv_faces: np.ndarray


def tube(chart: Chart, *, around: int, along: int) -> Part:
    """Return a tube that is closed at both ends, like a globe cut along a meridian.

    Args:
        chart: u runs around the tube from 0 to 1, v along it; all points with v = 0 coincide, and
            all with v = 1. Seen along increasing v, u runs clockwise.
        around: faces around the tube.
        along: bands of faces along it.
    """
    v, u = (grid.ravel() for grid in np.mgrid[0 : along + 1, 0 : around + 1])
    coordinates = np.stack([np.zeros(v.size), u / around, v / along], axis=1)
    ring = 1 + (v - 1) * around + u % around  # vertex of each grid point between the poles
    vertex = np.where(v == 0, 0, np.where(v == along, 1 + (along - 1) * around, ring))
    _, first = np.unique(vertex, return_index=True)
    points = chart.place(coordinates[first, 1], coordinates[first, 2])
    cell = (v < along) & (u < around)
    a = np.flatnonzero(cell)
    b, c, d = a + 1, a + around + 1, a + around + 2
    grid_faces = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
    faces = vertex[grid_faces]
    # At the ends one of the two triangles of a cell has no area.
    whole = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    return Part(points, faces[whole], (chart,), coordinates, grid_faces[whole])


def ball_like(top: Chart, bottom: Chart, *, rings: int, segments: int) -> Part:
    """Return two discs that share their rim: a ball, a lens, a shell.

    A disc has no pole at which texels shrink, and its texels are about equally large everywhere.

    Args:
        top: the disc (2 u - 1)^2 + (2 v - 1)^2 <= 1; seen from outside, v runs counter-clockwise
            from u.
        bottom: the same for the other side, with the same points on the rim. Seen from outside, v
            runs clockwise from u.
        rings: bands of faces from the middle of a disc to its rim.
        segments: faces along the rim.
    """
    ring = np.repeat(np.arange(1, rings + 1), segments)
    turn = np.tile(np.arange(segments), rings)
    x = np.concatenate([[0.0], ring / rings * np.cos(2 * np.pi * turn / segments)])
    y = np.concatenate([[0.0], ring / rings * np.sin(2 * np.pi * turn / segments)])
    u, v = (x + 1) / 2, (y + 1) / 2
    count = len(u)
    inner = count - segments  # the rim belongs to both discs
    points = np.concatenate([top.place(u, v), bottom.place(u[:inner], v[:inner])])
    disc = _disc_faces(rings, segments)
    lower = np.where(disc < inner, disc + count, disc)[:, ::-1]
    coordinates = [np.stack([np.full(count, number), u, v], axis=1) for number in (0.0, 1.0)]
    return Part(
        vertices=points,
        faces=np.concatenate([disc, lower]),
        charts=(top, bottom),
        coordinates=np.concatenate(coordinates),
        uv_faces=np.concatenate([disc, (disc + count)[:, ::-1]]),
    )


def _disc_faces(rings: int, segments: int) -> np.ndarray:
    """Return the faces of a disc: a fan around vertex 0, and quads between rings."""
    turn = np.arange(segments)
    after = (turn + 1) % segments
    faces = [np.stack([np.zeros_like(turn), 1 + turn, 1 + after], axis=1)]
    for ring in range(rings - 1):
        near, far = 1 + ring * segments, 1 + (ring + 1) * segments
        faces.append(np.stack([near + turn, far + turn, far + after], axis=1))
        faces.append(np.stack([near + turn, far + after, near + after], axis=1))
    return np.concatenate(faces)
