"""The ground: road, kerbs, pavements and what lies beyond them, as strips along the street."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pyfrontiers.kernels.mesh import CORNER_FLOATS
from pyfrontiers.scenes.classes import NUMBERS
from pyfrontiers.scenes.layout.street import FARTHEST, KERB_HEIGHT
from pyfrontiers.scenes.models.triangles import ASPHALT, GRASS, PAVING, PLAIN, Array, Colour

if TYPE_CHECKING:
    from pyfrontiers.scenes.layout.street import Street

_NEAREST: Final = 0.6
_ROWS: Final = np.geomspace(_NEAREST, FARTHEST + 20.0, 17).astype(np.float32)
_BEYOND: Final = 110.0
"""How far the ground reaches to either side."""

_ROAD: Final[Colour] = (0.36, 0.36, 0.37)
_KERB: Final[Colour] = (0.66, 0.65, 0.63)
_PAVING: Final[Colour] = (0.58, 0.56, 0.53)
_GRASS: Final[Colour] = (0.30, 0.38, 0.18)


class Strip(NamedTuple):
    """A strip along the street from (x0, y0) to (x1, y1), y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: Colour
    kind: int
    name: str

    def mirrored(self) -> Strip:
        """Return the strip on the other side of the street."""
        return self._replace(x0=-self.x1, y0=self.y1, x1=-self.x0, y1=self.y0)


class Ground(NamedTuple):
    """Triangles of the ground, before the street is bent.

    Attributes:
        positions: (3, 3, F) x, y (downwards) and z, by corner.
        corners: (F, 16) texture coordinates, which are x and z, and normals, as in `Mesh`.
        colour: (F, 3) linear colours.
        kind: (F,) kind of surface.
        classes: (F,) class.
    """

    positions: Array
    corners: Array
    colour: Array
    kind: Array
    classes: Array


def lay_ground(street: Street) -> Ground:
    """Return the ground of a street."""
    rows = _ROWS
    if street.crossing:
        rows = np.unique(np.concatenate([rows, np.array(street.crossing, np.float32)]))
    strips = _strips(street)
    ends = np.array([strip[:4] for strip in strips], np.float32)
    near, far = rows[:-1], rows[1:]
    count, steps = len(strips), len(near)
    crossed = np.zeros(steps, bool)
    if street.crossing:
        middle = (near + far) / 2
        crossed = (middle > street.crossing[0]) & (middle < street.crossing[1])
    corner = np.empty((count, steps, 4, 3), np.float32)
    for k, (side, z) in enumerate(((0, near), (0, far), (2, far), (2, near))):
        corner[:, :, k, 0] = ends[:, None, side]
        corner[:, :, k, 1] = np.where(crossed, 0.0, ends[:, None, side + 1])
        corner[:, :, k, 2] = z
    triangles = corner[:, :, [[0, 2, 1], [0, 3, 2]]].reshape(-1, 3, 3)
    colour = np.repeat(np.array([strip.colour for strip in strips], np.float32), 2 * steps, axis=0)
    kind = np.repeat([strip.kind for strip in strips], 2 * steps)
    classes = np.repeat([NUMBERS[strip.name] for strip in strips], 2 * steps)
    on_road = np.tile(np.repeat(crossed, 2), count)
    colour[on_road], kind[on_road], classes[on_road] = _ROAD, ASPHALT, NUMBERS["road"]
    upright = np.repeat([strip.x0 == strip.x1 for strip in strips], 2 * steps) & ~on_road
    corners = np.zeros((len(kind), CORNER_FLOATS), np.float32)
    corners[:, 0:15:5], corners[:, 1:15:5] = triangles[..., 0], triangles[..., 2]
    corners[:, 3:15:5] = np.where(upright, 0.0, -1.0)[:, None]
    corners[:, 2:15:5] = np.where(upright, -np.sign(triangles[:, 0, 0]), 0.0)[:, None]
    triangles[..., 1] *= -1.0
    return Ground(triangles.transpose(2, 1, 0), corners, np.square(colour), kind, classes)


def _strips(street: Street) -> list[Strip]:
    half, kerb, front = street.half_road, street.pavement_start, street.frontage
    paved, high = kerb + street.pavement, KERB_HEIGHT
    paving, grass = (_PAVING, PAVING, "pavement"), (_GRASS, GRASS, "vegetation")
    right = [
        Strip(half, 0.0, half, high, _KERB, PLAIN, "kerb"),
        Strip(half, high, kerb, high, _KERB, PLAIN, "kerb"),
        Strip(kerb, high, paved, high, *paving),
        Strip(front, high, _BEYOND, high, *(grass if street.style == "suburb" else paving)),
    ]
    if front > paved:
        right.append(Strip(paved, high, front, high, *(grass if street.verge > 2.0 else paving)))
    road = Strip(-half, 0.0, half, 0.0, _ROAD, ASPHALT, "road")
    return [road, *right, *(strip.mirrored() for strip in right)]
