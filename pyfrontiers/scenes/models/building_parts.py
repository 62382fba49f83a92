"""Shapes that buildings are put together from, each of unit size."""

from __future__ import annotations

import numpy as np

from pyfrontiers.scenes.models.triangles import (
    FACADE,
    ROOF,
    Part,
    box,
    extruded,
    join,
    part,
    without_floor,
)

WALL, TRIM, COVER, GROUND_FLOOR = range(4)
"""Slots of a building's own colours."""


def shapes() -> dict[str, Part]:
    """Return the shapes by name; x and z run from -0.5 to 0.5, y from 0 to 1."""
    unit = ((-0.5, 0.0, -0.5), (0.5, 1.0, 0.5))
    walls = without_floor(box(*unit))
    gable = extruded(np.array([(-0.5, 0.0), (0.0, 1.0), (0.5, 0.0)]), np.full(3, 0.5))
    # The outline above lies in (z, y); the second roof has its ridge along z.
    turned = gable[..., [2, 1, 0]][:, ::-1]
    return {
        "walls": part(walls, slot=WALL, kind=FACADE),
        "ledge": part(walls, slot=TRIM),
        "chimney": part(walls, slot=WALL),
        "awning": part(
            extruded(np.array([(-0.5, 0.0), (-0.5, 1.0), (0.5, 0.1), (0.5, 0.0)]), np.full(4, 0.5)),
            slot=COVER,
        ),
        "roof": join(part(turned, slot=COVER, kind=ROOF)),
        "roof across": join(part(gable, slot=COVER, kind=ROOF)),
    }
