"""Triangles of simple solids, in metres, y up: what vehicles, people and trees are made of."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray
Colour: TypeAlias = tuple[float, float, float]

PLAIN, FACADE, ASPHALT, PAVING, LEAVES, GRASS, GLASS, FRONT_LIGHT, REAR_LIGHT, LAMP, ROOF = range(
    11
)
"""Kinds of surfaces, which differ in how a picture is shaded."""


class Part(NamedTuple):
    """F triangles, counter-clockwise seen from outside.

    Attributes:
        points: (F, 3, 3) corners: x right, y up, z ahead.
        normals: (F, 3, 3) normals at the corners.
        along: (F, 2) u = along . (x, z): the horizontal texture coordinate; v is the height.
        colour: (F, 3) sRGB colours.
        slot: (F,) which of the object's own colours replaces `colour`; -1: none.
        kind: (F,) kind of surface.
    """

    points: Array
    normals: Array
    along: Array
    colour: Array
    slot: Array
    kind: Array


def join(*parts: Part) -> Part:
    """Return the triangles of several parts."""
    return Part(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def part(
    points: Array,
    *,
    normals: Array | None = None,
    colour: Colour = (0.5, 0.5, 0.5),
    slot: int = -1,
    kind: int = PLAIN,
) -> Part:
    """Return triangles of one colour; flat normals unless given."""
    points = np.asarray(points, np.float32).reshape(-1, 3, 3)
    if normals is None:
        # The axes are left-handed (y up, z ahead), so the cross product is reversed.
        flat = np.cross(points[:, 2] - points[:, 0], points[:, 1] - points[:, 0])
        flat = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
        normals = np.repeat(flat[:, None], 3, axis=1)
    count = len(points)
    sideways = np.abs(np.asarray(normals).reshape(-1, 3, 3)[:, 0, 0]) > 0.7
    along = (1.0, 0.7) if kind == LEAVES else np.stack([~sideways, sideways], axis=1)
    return Part(
        points,
        np.asarray(normals, np.float32).reshape(-1, 3, 3),
        np.broadcast_to(np.asarray(along, np.float32), (count, 2)),
        np.tile(np.asarray(colour, np.float32), (count, 1)),
        np.full(count, slot, np.int64),
        np.full(count, kind, np.int64),
    )


def outward(points: Array, inside: Array | tuple[float, float, float]) -> Array:
    """Order the corners of triangles so that each faces away from a point."""
    points = np.asarray(points, np.float32).reshape(-1, 3, 3)
    normal = np.cross(points[:, 2] - points[:, 0], points[:, 1] - points[:, 0])
    away = (normal * (points.mean(1) - np.asarray(inside, np.float32))).sum(1) > 0
    return np.where(away[:, None, None], points, points[:, ::-1])


def fan(ring: Array) -> Array:
    """Return the triangles of a convex polygon (n, 3)."""
    ring = np.asarray(ring, np.float32)
    return np.stack([np.stack([ring[0], ring[i], ring[i + 1]]) for i in range(1, len(ring) - 1)])


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Array:
    """Return the 12 triangles of a box."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    rings = (
        [[(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)] for x in (x0, x1)]
        + [[(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)] for y in (y0, y1)]
        + [[(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)] for z in (z0, z1)]
    )
    centre = ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
    return outward(np.concatenate([fan(np.array(ring)) for ring in rings]), centre)


def without_floor(points: Array) -> Array:
    """Leave out the lowest triangles of a solid that stands on something."""
    kept: Array = points[points[..., 1].max(1) > points[..., 1].min() + 1e-6]
    return kept


def extruded(profile: Array, half_width: Array) -> Array:
    """Return a solid with the convex outline `profile` (n, 2) in (z, y) and half widths (n,)."""
    profile, half = np.asarray(profile, np.float32), np.asarray(half_width, np.float32)
    sides = [np.stack([sign * half, profile[:, 1], profile[:, 0]], axis=1) for sign in (-1.0, 1.0)]
    left, right = sides
    centre = (left.mean(0) + right.mean(0)) / 2
    around = [
        fan(np.stack([left[i], left[j], right[j], right[i]]))
        for i in range(len(profile))
        for j in [(i + 1) % len(profile)]
    ]
    return outward(np.concatenate([fan(left), fan(right), *around]), centre)


def limb(
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radii: tuple[float, float],
    sides: int = 5,
    caps: bool = True,
) -> tuple[Array, Array]:
    """Return a tapered cylinder between two points: triangles and smooth normals."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    axis = (b - a) / np.linalg.norm(b - a)
    helper = np.array([1.0, 0.0, 0.0]) if abs(axis[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    first = np.cross(axis, helper)
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    angle = np.arange(sides) * (2 * math.pi / sides)
    around = np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second
    near, far, nxt = a + radii[0] * around, b + radii[1] * around, np.roll(np.arange(sides), -1)
    points = np.stack([near, near[nxt], far[nxt], near, far[nxt], far], axis=1).reshape(-1, 3, 3)
    normals = np.stack(
        [around, around[nxt], around[nxt], around, around[nxt], around], axis=1
    ).reshape(-1, 3, 3)
    if caps:
        for ring, direction in ((near, -axis), (far, axis)):
            cap = fan(ring)
            points = np.concatenate([points, cap])
            normals = np.concatenate([normals, np.broadcast_to(direction, cap.shape)])
    turned = outward(points, (a + b) / 2)
    flipped = (turned[:, 0] != points[:, 0].astype(np.float32)).any(1)
    normals = np.where(flipped[:, None, None], normals[:, ::-1], normals)
    return turned, normals


def ball(
    centre: tuple[float, float, float], radii: tuple[float, float, float], level: int = 1
) -> tuple[Array, Array]:
    """Return an ellipsoid of 20 (level 0) or 80 triangles (level 1), with smooth normals."""
    unit = _icosphere(level)
    points = unit * np.asarray(radii) + np.asarray(centre)
    normals = unit / np.asarray(radii)
    return points, normals / np.linalg.norm(normals, axis=-1, keepdims=True)


def _icosphere(level: int) -> Array:
    golden = (1 + math.sqrt(5)) / 2
    vertices = np.array(
        [(s * 1, t * golden, 0) for s in (-1, 1) for t in (-1, 1)]
        + [(0, s * 1, t * golden) for s in (-1, 1) for t in (-1, 1)]
        + [(t * golden, 0, s * 1) for s in (-1, 1) for t in (-1, 1)],
        np.float64,
    )
    n = len(vertices)
    near = np.linalg.norm(vertices[:, None] - vertices[None], axis=-1) < 2.1
    faces = [
        (i, j, k)
        for i in range(n)
        for j in range(i + 1, n)
        for k in range(j + 1, n)
        if near[i, j] and near[j, k] and near[i, k]
    ]
    points = vertices[np.array(faces)]
    points /= np.linalg.norm(points, axis=-1, keepdims=True)
    for _ in range(level):
        a, b, c = points[:, 0], points[:, 1], points[:, 2]
        ab, bc, ca = (
            (p + q) / np.linalg.norm(p + q, axis=1, keepdims=True)
            for p, q in ((a, b), (b, c), (c, a))
        )
        corners = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        points = np.concatenate([np.stack(three, axis=1) for three in corners])
    return outward(points, (0.0, 0.0, 0.0)).astype(np.float64)
