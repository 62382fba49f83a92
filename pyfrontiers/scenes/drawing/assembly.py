"""All triangles of a scene in one mesh, and what each of them is."""

from __future__ import annotations

from itertools import chain
from math import cos, sin
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import torch

from pyfrontiers.kernels import Mesh
from pyfrontiers.scenes.classes import NUMBERS
from pyfrontiers.scenes.drawing.placement import place_shapes
from pyfrontiers.scenes.models.objects import NO_LOOK, OWN_COLOURS, library
from pyfrontiers.scenes.models.triangles import LAMP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.scenes.drawing.placement import Solids
    from pyfrontiers.scenes.layout.ground import Ground
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.objects import Placed
    from pyfrontiers.scenes.models.triangles import Array, Colour


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
        palette: (3, C) linear colours.
        tint: (F,) each face's colour in `palette`.
        up: (F + 1,) upward component of the face's normal: 1 for a floor, -1 for a ceiling.
        kind: (F + 1,) kind of surface.
        classes: (F + 1,) class.
        instances: (F + 1,) instance number.
        owner: (F + 1,) row of `looks`.
        looks: (9, N + 1) parameters of the objects' surfaces.
        colours: (4, 3, N + 1) the objects' own colours, linear.
        footprints: (K, 6) x, z, cosine and sine of the heading, half width and half length of the
            nearest things.
    """

    solids: Mesh
    mesh: Mesh
    palette: Array
    tint: Array
    up: Array
    kind: Array
    classes: Array
    instances: Array
    owner: Array
    looks: Array
    colours: Array
    footprints: Array


def assemble(street: Street, ground: Ground, placed: Sequence[Placed]) -> Assembly:
    """Put the ground and the objects, nearest first, into one mesh."""
    shapes, count, stuff = library(), len(placed), len(ground.kind)
    solids = place_shapes(placed)
    row, lengths = solids.row, solids.lengths
    mesh = _whole(street, ground, solids)
    own = _own_colours(placed)
    owner = np.arange(count).repeat(lengths)
    palette = np.concatenate([shapes.colour, own.reshape(-1, 3).T, ground.colour.T], axis=1)
    tint = shapes.tint.take(row) + shapes.own.take(row) * owner
    kind = np.concatenate([ground.kind, shapes.kind.take(row), [-1]])
    kinds = np.array([NUMBERS[one.kind] for one in placed]).repeat(lengths)
    numbers = np.array([one.instance for one in placed]).repeat(lengths)
    looks = np.fromiter(chain(*(one.look for one in placed), NO_LOOK), np.float32)
    casting = int(sum(lengths[[one.position[2] < _LAST_SHADOW for one in placed]]))
    return Assembly(
        _part(mesh, slice(stuff, stuff + casting)),
        mesh,
        palette,
        np.concatenate([np.arange(palette.shape[1] - stuff, palette.shape[1]), tint]),
        np.concatenate([-mesh.corners[:, 3].numpy(), np.zeros(1, np.float32)]),
        kind,
        np.concatenate([ground.classes, kinds, [NUMBERS["sky"]]]),
        np.concatenate([np.zeros(stuff, np.int64), numbers, [0]]),
        np.concatenate([np.full(stuff, count), owner, [count]]),
        looks.reshape(count + 1, -1).T.copy(),
        own.transpose(1, 2, 0).copy(),
        _footprints(placed),
    )


def _whole(street: Street, ground: Ground, solids: Solids) -> Mesh:
    """Return the ground and the objects as one mesh, with the street's bend and rise."""
    # The layouts that the rasteriser reads; Mesh would make them in several times the time.
    positions = np.concatenate([solids.positions, ground.positions.reshape(3, -1)], axis=1)
    square = np.square(positions[2])
    positions[0] += street.bend * square
    positions[1] -= street.rise * square
    stuff, points = len(ground.kind), solids.positions.shape[1]
    faces = np.empty((stuff + len(solids.row), 3), np.int32)
    faces[:stuff] = np.arange(points, points + 3 * stuff).reshape(3, -1).T
    faces[stuff:] = solids.numbers.T
    corners = np.concatenate([ground.corners, solids.corners])
    return _mesh(*map(torch.from_numpy, (positions, faces, corners)))


def _own_colours(placed: Sequence[Placed]) -> Array:
    """Return the (N + 1, 4, 3) linear colours of N objects and of the sky: black where not set."""
    own = np.zeros(((len(placed) + 1) * OWN_COLOURS, 3), np.float32)
    rows: list[int] = []
    colours: list[Colour] = []
    for k, one in enumerate(placed):
        rows += range(OWN_COLOURS * k, OWN_COLOURS * k + len(one.colours))
        colours += one.colours
    own[rows] = np.fromiter(chain.from_iterable(colours), np.float32).reshape(-1, 3)
    own *= own
    return own.reshape(-1, OWN_COLOURS, 3)


def lamps_of(scene: Assembly) -> Array:
    """Return the (L, 3) centres of the street lamps, which have 12 faces each."""
    faces = scene.mesh.faces.numpy()[scene.kind[:-1] == LAMP]
    # The order of the axes in memory is the order of the sum.
    corners = scene.mesh.positions.numpy().T[faces].transpose(0, 2, 1).copy().transpose(1, 2, 0)
    centres: Array = corners.reshape(3, 3, -1, 12).mean((1, 3)).T
    return centres


def _footprints(placed: Sequence[Placed]) -> Array:
    things = [one for one in placed if one.instance][:_FOOTPRINTS]
    rows = [
        (one.position[0], one.position[2], cos(one.heading), sin(one.heading), *_HALVES[one.kind])
        for one in things
    ]
    return np.array(rows, np.float32).reshape(-1, 6)


def mesh_of(scene: Assembly, faces: Array) -> Mesh:
    """Return the mesh of some of a scene's faces."""
    return _part(scene.mesh, faces)


def _part(mesh: Mesh, faces: Array | slice) -> Mesh:
    return _mesh(mesh.positions, mesh.faces[faces], mesh.corners[faces])


def _mesh(positions: torch.Tensor, faces: torch.Tensor, corners: torch.Tensor) -> Mesh:
    """Return a mesh without Mesh's checks.

    Args:
        positions: (3, V) x, y and z of the vertices.
        faces: (F, 3) the faces' vertices.
        corners: (F, 16) as in `Mesh`.
    """
    mesh = object.__new__(Mesh)
    for name, value in (
        ("double_sided", False),
        ("positions", positions),
        ("faces", faces),
        ("corners", corners),
    ):
        object.__setattr__(mesh, name, value)
    return mesh
