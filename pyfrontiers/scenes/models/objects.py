"""The objects of a scene as rows, and the library of shapes that they refer to."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pyfrontiers.scenes.models import building_parts, figures, plants, vehicles
from pyfrontiers.scenes.models.triangles import Array, Colour, Part, join
from pyfrontiers.scenes.models.vehicle_outlines import CARS, VANS

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_LOOK = (0.0,) * 9
OWN_COLOURS = 4
"""Slots for colours of an object."""


class Placed(NamedTuple):
    """An object of the library in a scene.

    Attributes:
        shape: its name in the library.
        position: x, y, z of its origin, in metres; y is above the ground at z.
        heading: rotation about the vertical axis; 0 faces +z, positive turns towards +x.
        size: factors by which the shape is scaled in x, y and z.
        kind: its class.
        instance: its number, or 0.
        colours: sRGB colours of its slots, at most four.
        look: parameters of its surface, such as the spacing of windows.
    """

    shape: str
    position: tuple[float, float, float]
    kind: str
    colours: Sequence[Colour] = ()
    heading: float = 0.0
    size: tuple[float, float, float] = (1.0, 1.0, 1.0)
    instance: int = 0
    look: tuple[float, ...] = NO_LOOK


class Library(NamedTuple):
    """All shapes in one array of triangles.

    Triangles of a shape share corners and normals: a scene has three times as many corners of
    triangles as points.

    Attributes:
        points: (3, P) x, y, z.
        normals: (3, N) x, y, z.
        corners: (3, F) numbers of each triangle's corners in `points`.
        corner_normals: (3, F) numbers of their normals in `normals`.
        along: (2, F) how x and z make the horizontal texture coordinate.
        colour: (3, C) linear colours.
        tint: (F,) each triangle's number in the colours of a scene, which begin with `colour`;
            for triangles of an object's own colour, that of the scene's first object.
        own: (F,) how much larger `tint` is for the scene's next object: 4 or 0.
        kind: (F,) as in `Part`.
        ranges: (3, 2, S) where the triangles, points and normals of the S shapes begin, and how
            many there are.
        numbers: the shapes' numbers, by name.
    """

    points: Array
    normals: Array
    corners: Array
    corner_normals: Array
    along: Array
    colour: Array
    tint: Array
    own: Array
    kind: Array
    ranges: Array
    numbers: dict[str, int]


@functools.cache
def library() -> Library:
    """Return the library; it is made once, in about a tenth of a second."""
    shapes = _shapes()
    made = join(*shapes.values())
    points, corners, point_counts = _distinct([shape.points for shape in shapes.values()])
    normals, corner_normals, normal_counts = _distinct([one.normals for one in shapes.values()])
    counts = np.array([[len(one.kind) for one in shapes.values()], point_counts, normal_counts])
    colour, tint = np.unique(np.square(made.colour), axis=0, return_inverse=True)
    return Library(
        points,
        normals,
        corners,
        corner_normals,
        made.along.T.copy(),
        colour.T.copy(),
        np.where(made.slot < 0, tint.ravel(), len(colour) + made.slot),
        np.where(made.slot < 0, 0, OWN_COLOURS),
        made.kind,
        np.stack([counts.cumsum(1) - counts, counts], axis=1),
        {name: number for number, name in enumerate(shapes)},
    )


def _shapes() -> dict[str, Part]:
    shapes: dict[str, Part] = {}
    for level, where in ((1, ""), (0, ", far")):
        for name, shape in (CARS | VANS).items():
            shapes[name + where] = vehicles.vehicle(shape, level)
        for variant in range(4):
            shapes[f"tree {variant}{where}"] = plants.tree(variant, level)
        shapes["conifer" + where] = plants.conifer(level)
        for k, stride in enumerate((0.0, 0.25, 0.45, -0.4)):
            shapes[f"person {k}{where}"] = figures.person(stride, level, bag=k == 1)
            coated = figures.person(stride, level, bag=k == 3, coat=True)
            shapes[f"person {k + 4}{where}"] = coated
        shapes["cyclist" + where] = figures.cyclist(0.35, level)
        shapes["cyclist upright" + where] = figures.cyclist(0.12, level)
        shapes["lamp post" + where] = plants.lamp_post(level)
    shapes["hedge"] = plants.hedge()
    return shapes | building_parts.shapes()


def _distinct(shapes: Sequence[Array]) -> tuple[Array, Array, list[int]]:
    """Keep each vector of a shape once.

    Args:
        shapes: (F, 3, 3) vectors at the corners of the shapes' triangles.

    Returns:
        (3, V) vectors, their numbers (3, F) at the corners of all triangles, and how many vectors
        each shape has.
    """
    kept: list[Array] = []
    numbers: list[Array] = []
    first = 0
    for vectors in shapes:
        # Compared as bits: 0 and -0 stay different.
        bits = vectors.reshape(-1, 3).view(np.uint32)
        distinct, number = np.unique(bits, axis=0, return_inverse=True)
        kept.append(distinct.view(np.float32))
        numbers.append(first + number.reshape(-1, 3))
        first += len(distinct)
    return np.concatenate(kept).T.copy(), np.concatenate(numbers).T.copy(), list(map(len, kept))
