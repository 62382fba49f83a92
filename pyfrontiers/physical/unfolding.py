"""Cut a mesh into pieces and lay each flat, with little stretch, for printing on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical.flattening import flattened, welded

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["MAX_FACES", "SMALL", "Piece", "subdivided", "unfold"]

MAX_FACES: Final = 200_000
"""Largest accepted number of faces; each cut solves linear equations for the vertices."""

_STRETCH: Final = 1.08
"""A piece is cut again if a twentieth of its area is stretched or shrunk by more."""

SMALL: Final = 15.0
"""Pieces of at most this size, in mm, are not cut again: they could not be glued."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a surface, laid flat as it is seen from outside.

    Attributes:
        faces: (F,) indices of the mesh's faces.
        corners: (F, 3) indices of `points` for the corners of these faces.
        points: (P, 2) positions in mm, x to the right and y downwards, from (0, 0) to `size`.
        size: width and height in mm.
        stretch: largest factor by which lengths change, over 95 % of the area.
    """

    faces: NDArray[np.int64]
    corners: NDArray[np.int64]
    points: NDArray[np.float64]
    size: tuple[float, float]
    stretch: float


def unfold(mesh: Mesh, *, scale: float, room: tuple[float, float]) -> list[Piece]:
    """Lay a mesh flat.

    The surface is cut along the seams of the texture, and each island is cut in two across its
    longer side until it lies flat with at most 8 % stretch and fits on the paper. Each piece is
    laid flat by local/global iterations (as rigid as possible).

    Args:
        mesh: the mesh.
        scale: mm per unit of the mesh.
        room: width and height of the paper in mm.

    Returns:
        The pieces, large ones first.

    Raises:
        ValueError: there are too many faces.

    Source: Liu, Zhang, Xu, Gotsman, Gortler, A local/global approach to mesh parameterization,
    Computer Graphics Forum 27 (2008).
    """
    if len(mesh.faces) > MAX_FACES:
        raise ValueError(
            f"mesh must have at most {MAX_FACES:,} faces to be unfolded, got {len(mesh.faces):,}; "
            "decimate it first"
        )
    surface = _Surface.of(mesh, scale)
    pieces: list[Piece] = []
    waiting = surface.islands(np.flatnonzero(surface.areas > 0))
    while waiting:
        faces = waiting.pop()
        piece = _laid_flat(surface, faces)
        width, height = piece.size
        fits = (width <= room[0] and height <= room[1]) or (height <= room[0] and width <= room[1])
        flat = piece.stretch <= _STRETCH or max(piece.size) <= SMALL
        if (fits and flat) or len(faces) == 1:
            pieces.append(piece)
        else:
            for half in surface.halves(faces):
                waiting += surface.islands(half)
    return sorted(pieces, key=lambda piece: -piece.size[0] * piece.size[1])


def subdivided(mesh: Mesh, longest: float) -> Mesh:
    """Split every face into four until no edge is longer than a length, in units of the mesh.

    Faces are not split beyond `MAX_FACES`. Normals are not kept; flat pieces need none.
    """
    vertices, faces = mesh.vertices.cpu(), mesh.faces.cpu().long()
    uv, uv_faces = mesh.uv.cpu(), faces if mesh.uv_faces is None else mesh.uv_faces.cpu().long()
    while len(faces) * 4 <= MAX_FACES and bool(_edges(vertices, faces).max() > longest):
        vertices, faces = _split(vertices, faces)
        uv, uv_faces = _split(uv, uv_faces)
    return Mesh(vertices, faces, uv, uv_faces, double_sided=mesh.double_sided)


def _edges(vertices: Tensor, faces: Tensor) -> Tensor:
    corners = vertices[faces]
    lengths: Tensor = torch.linalg.vector_norm(corners - corners.roll(1, dims=1), dim=2)
    return lengths


def _split(values: Tensor, faces: Tensor) -> tuple[Tensor, Tensor]:
    """Split triangles at the middles of their edges; neighbours share them."""
    edges = torch.stack([faces, faces.roll(-1, dims=1)], dim=2).reshape(-1, 2).sort(dim=1).values
    unique, middle = torch.unique(edges, dim=0, return_inverse=True)
    middle = middle.reshape(-1, 3) + len(values)
    a, b, c = faces.unbind(1)
    ab, bc, ca = middle.unbind(1)
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    smaller = torch.stack([torch.stack(part, dim=1) for part in parts], dim=1).reshape(-1, 3)
    return torch.cat([values, values[unique].mean(dim=1)]), smaller


@dataclass(frozen=True, eq=False)
class _Surface:
    """Corners of all faces: positions (F, 3, 3) in mm, uv (F, 3, 2), vertex numbers (F, 3).

    Vertices with one position and one uv have one number. `extent` is that of the uv of each face's
    island, and `areas` are in mm^2, 0 if the face is degenerate.
    """

    positions: NDArray[np.float64]
    uv: NDArray[np.float64]
    numbers: NDArray[np.int64]
    areas: NDArray[np.float64]

    @classmethod
    def of(cls, mesh: Mesh, scale: float) -> _Surface:
        faces = mesh.faces.cpu().numpy()
        uv_faces = faces if mesh.uv_faces is None else mesh.uv_faces.cpu().numpy()
        positions = mesh.vertices.cpu().numpy()[faces] * scale
        uv = mesh.uv.double().cpu().numpy()[uv_faces]
        place = np.round(positions * 1e4).reshape(-1, 3)
        coordinate = np.round(uv * 1e6).reshape(-1, 2)
        numbers = welded(np.concatenate([place, coordinate], axis=1))
        normal = np.cross(positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 0])
        areas = np.linalg.norm(normal, axis=1) / 2
        areas[areas < 1e-9 * areas.mean()] = 0
        return cls(positions, uv, numbers.reshape(-1, 3), areas)

    def islands(self, faces: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Split faces into sets that are connected by vertices."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        if not len(faces):
            return []
        names, corners = np.unique(self.numbers[faces], return_inverse=True)
        corners = corners.reshape(-1, 3)
        a, b = corners[:, [0, 1]].ravel(), corners[:, [1, 2]].ravel()
        graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(names), len(names)))
        _, labels = connected_components(graph, directed=False)
        of_face = labels[corners[:, 0]]
        order = np.argsort(of_face, kind="stable")
        borders = np.flatnonzero(np.diff(of_face[order])) + 1
        return [faces[part] for part in np.split(order, borders)]

    def halves(self, faces: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Cut across the side of the uv rectangle that is longer on the surface."""
        uv, positions = self.uv[faces], self.positions[faces]
        across, along = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
        first, second = positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 0]
        determinant = across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0]
        safe = np.where(np.abs(determinant) < 1e-15, np.inf, determinant)[:, None]
        by_u = (first * along[:, 1:] - second * across[:, 1:]) / safe
        by_v = (second * across[:, :1] - first * along[:, :1]) / safe
        weights = self.areas[faces]
        centres = uv.mean(axis=1)
        extent = uv.max((0, 1)) - uv.min((0, 1))
        lengths = [
            extent[axis] * math.sqrt(np.average((slope**2).sum(1), weights=weights))
            for axis, slope in enumerate((by_u, by_v))
        ]
        axis = int(lengths[1] > lengths[0])
        middle = (uv[:, :, axis].max() + uv[:, :, axis].min()) / 2
        # At a vertex, so that the cut of a regular grid is straight.
        levels = np.unique(uv[:, :, axis])
        below = centres[:, axis] < levels[np.abs(levels - middle).argmin()]
        if below.all() or not below.any():
            below = np.argsort(np.argsort(centres[:, axis], kind="stable")) < len(faces) // 2
        return faces[below], faces[~below]


def _laid_flat(surface: _Surface, faces: NDArray[np.int64]) -> Piece:
    positions, uv = surface.positions[faces], surface.uv[faces]
    points, corners, stretch = flattened(positions, uv, surface.areas[faces])
    points = _upright(points)
    points -= points.min(axis=0)
    width, height = points.max(axis=0)
    return Piece(faces, corners, points, (float(width), float(height)), stretch)


def _upright(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn points so that their bounding rectangle is the smallest, wider than it is high."""
    best, least = points, math.inf
    for degrees in range(0, 180, 3):
        angle = math.radians(degrees)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        turned = points @ turn.T
        extent = turned.max(axis=0) - turned.min(axis=0)
        if extent[0] >= extent[1] and extent.prod() < least:
            best, least = turned, float(extent.prod())
    return best.copy()
