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

    Attributes:
        geometry: (24, F) x, y, z of the corners, their normals, and how x and z make the
            horizontal texture coordinate; three rows each, one for each corner.
        colour: (F, 3) linear colours.
        slot: (F,) as in `Part`.
        kind: (F,) as in `Part`.
        first: number of a shape's first triangle, by name.
        size: number of a shape's triangles, by name.
    """

    geometry: Array
    colour: Array
    slot: Array
    kind: Array
    first: dict[str, int]
    size: dict[str, int]


@functools.cache
def library() -> Library:
    """Return the library; it is made once, in about a tenth of a second."""
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
    shapes |= building_parts.shapes()
    counts = {name: len(shape.points) for name, shape in shapes.items()}
    starts = np.cumsum([0, *counts.values()]).tolist()
    made = join(*shapes.values())
    columns = [array[..., k] for array in (made.points, made.normals) for k in range(3)]
    columns += [made.along[:, k : k + 1].repeat(3, axis=1) for k in range(2)]
    return Library(
        np.concatenate(columns, axis=1).T.copy(),
        np.square(made.colour),
        made.slot,
        made.kind,
        dict(zip(shapes, starts, strict=False)),
        counts,
    )
