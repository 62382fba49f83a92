"""All triangles of a scene in one mesh, and what each of them is."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import torch

from pyfrontiers.kernels import Mesh
from pyfrontiers.kernels.mesh import CORNER_FLOATS
from pyfrontiers.scenes.classes import NUMBERS
from pyfrontiers.scenes.models.objects import NO_LOOK, library
from pyfrontiers.scenes.models.triangles import LAMP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.scenes.layout.ground import Ground
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.objects import Placed
    from pyfrontiers.scenes.models.triangles import Array


_LAST_SHADOW: Final = 80.0
"""z in metres from which objects cast no shadow."""

_FOOTPRINTS: Final = 12
_HALVES: Final = {
    "car": (0.8, 2.0),
    "van": (0.9, 2.5),
    "cyclist": (0.1, 0.6),
    "person": (0.1, 0.15),
}


class Assembly(NamedTuple):
    """A scene's triangles.

    The arrays by face have one entry more than the mesh has faces: the last is the sky's, so that
    the face number -1 of a pixel without a face selects it.

    Attributes:
        solids: those of the mesh's triangles that may cast visible shadows: not the ground's, and
            not the distant ones.
        mesh: F triangles in axes x right, y down, z ahead; the origin lies on the road's centre
            line below the camera. Texture coordinates are in metres.
        colour: (3, F + 1) linear colours.
        up: (F + 1,) upward component of the face's normal: 1 for a floor, -1 for a ceiling.
        kind: (F + 1,) kind of surface.
        classes: (F + 1,) class.
        instances: (F + 1,) instance number.
        owner: (F + 1,) row of `looks`.
        looks: (9, N + 1) parameters of the objects' surfaces.
        colours: (4, 3, N + 1) the objects' own colours, linear.
        lamps: (L, 3) centres of the street lamps.
        footprints: (K, 6) x, z, cosine and sine of the heading, half width and half length of the
            nearest things.
    """

    solids: Mesh
    mesh: Mesh
    colour: Array
    up: Array
    kind: Array
    classes: Array
    instances: Array
    owner: Array
    looks: Array
    colours: Array
    lamps: Array
    footprints: Array


def assemble(street: Street, ground: Ground, placed: Sequence[Placed]) -> Assembly:
    """Put the ground and the objects, nearest first, into one mesh."""
    shapes, count, stuff = library(), len(placed), len(ground.kind)
    lengths = np.array([shapes.size[one.shape] for one in placed])
    firsts = np.array([shapes.first[one.shape] for one in placed])
    owner = np.repeat(np.arange(count), lengths)
    row = np.arange(len(owner)) + np.repeat(firsts - np.cumsum(lengths) + lengths, lengths)
    faces = stuff + len(row)
    # The layouts that the rasteriser reads; Mesh would make them in several times the time.
    positions = np.empty((3, 3, faces))
    corners = np.zeros((faces, CORNER_FLOATS), np.float32)
    positions[..., :stuff], corners[:stuff] = ground.positions, ground.corners
    _transform(shapes.geometry.take(row, 1), placed, owner, positions[..., stuff:], corners[stuff:])
    square = np.square(positions[2])
    positions[0] += street.bend * square
    positions[1] -= street.rise * square

    own = np.zeros((count + 1, 4, 3), np.float32)
    for k, one in enumerate(placed):
        own[k, : len(one.colours)] = one.colours
    own *= own
    slot = shapes.slot.take(row)
    coloured = own.reshape(-1, 3).take(4 * owner + slot, 0, mode="clip")
    colour = np.where(slot[:, None] < 0, shapes.colour.take(row, 0), coloured)
    kinds = np.array([NUMBERS[one.kind] for one in placed])[owner]
    numbers = np.array([one.instance for one in placed])[owner]
    kind = np.concatenate([ground.kind, shapes.kind.take(row), [-1]])
    looks = np.array([*(one.look for one in placed), NO_LOOK], np.float32)
    lamps = positions[..., kind[:-1] == LAMP].reshape(3, 3, -1, 12).mean((1, 3)).T
    casting = int(sum(lengths[[one.position[2] < _LAST_SHADOW for one in placed]]))
    vertices, at_corners = torch.from_numpy(positions).flatten(1), torch.from_numpy(corners)
    return Assembly(
        _mesh(vertices, at_corners, slice(stuff, stuff + casting)),
        _mesh(vertices, at_corners, slice(None)),
        np.concatenate([ground.colour, colour, np.zeros((1, 3), np.float32)]).T.copy(),
        np.append(-corners[:, 3], np.float32(0.0)),
        kind,
        np.concatenate([ground.classes, kinds, [NUMBERS["sky"]]]),
        np.concatenate([np.zeros(stuff, np.int64), numbers, [0]]),
        np.concatenate([np.full(stuff, count), owner, [count]]),
        looks.T.copy(),
        own.transpose(1, 2, 0).copy(),
        lamps,
        _footprints(placed),
    )


def _footprints(placed: Sequence[Placed]) -> Array:
    things = [one for one in placed if one.instance][:_FOOTPRINTS]
    rows = [
        (one.position[0], one.position[2], cos(one.heading), sin(one.heading), *_HALVES[one.kind])
        for one in things
    ]
    return np.array(rows, np.float32).reshape(-1, 6)


def _transform(
    geometry: Array, placed: Sequence[Placed], owner: Array, positions: Array, corners: Array
) -> None:
    """Scale, turn and move the library's triangles into the mesh's arrays."""
    table = np.array(
        [(*one.position, cos(one.heading), sin(one.heading), *one.size) for one in placed],
        np.float32,
    )
    x, y, z, c, s, wide, high, long = table.T.take(owner, 1)
    px, py, pz, nx, ny, nz, along_x, along_z = geometry.reshape(8, 3, -1)
    px, py, pz = px * wide, py * high, pz * long
    positions[0] = c * px + s * pz + x
    positions[1] = -py - y
    positions[2] = c * pz - s * px + z
    nx, ny, nz = nx / wide, ny / high, nz / long
    scale = 1.0 / np.sqrt(np.maximum(nx * nx + ny * ny + nz * nz, 1e-12))
    nx, nz = nx * scale, nz * scale
    columns = corners.T
    columns[0:15:5] = along_x * px + along_z * pz
    columns[1:15:5] = py
    columns[2:15:5] = c * nx + s * nz
    columns[3:15:5] = -ny * scale
    columns[4:15:5] = c * nz - s * nx


def mesh_of(scene: Assembly, faces: Array) -> Mesh:
    """Return the mesh of some of a scene's faces."""
    return _mesh(scene.mesh.positions, scene.mesh.corners, faces)


def _mesh(positions: torch.Tensor, corners: torch.Tensor, faces: Array | slice) -> Mesh:
    """Return a mesh whose faces share no vertices, without Mesh's checks.

    Args:
        positions: (3, 3 F) x, y, z of all first, all second and all third corners.
        corners: (F, 16) as in `Mesh`.
        faces: which of the F faces.
    """
    count = len(corners)
    first = np.arange(count)[faces]
    numbers = first[:, None] + np.array([0, count, 2 * count])
    mesh = object.__new__(Mesh)
    for name, value in (
        ("double_sided", False),
        ("positions", positions),
        ("faces", torch.from_numpy(numbers.astype(np.int32))),
        ("corners", corners[faces]),
    ):
        object.__setattr__(mesh, name, value)
    return mesh
