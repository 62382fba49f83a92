"""The cut line of each flat piece, and which piece is glued along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pyfrontiers.physical.flattening import welded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyfrontiers.kernels import Mesh
    from pyfrontiers.physical.unfolding import Piece

__all__ = ["Outline", "outlines"]

_OFFSET: Final = 2.2
"""Distance of a label from the cut line, in mm."""

_SHORTEST: Final = 4.0
"""Shortest stretch of a cut line, in mm, that gets a label."""


class Outline(NamedTuple):
    """The cut line of a piece.

    Attributes:
        segments: (S, 2, 2) its segments in mm, as `Piece.points`.
        labels: the neighbouring piece's index and a point outside the line, for each stretch.
    """

    segments: NDArray[np.float64]
    labels: list[tuple[int, tuple[float, float]]]


def outlines(mesh: Mesh, pieces: list[Piece]) -> list[Outline]:
    """Return the cut line of each piece.

    Args:
        mesh: the mesh that was cut.
        pieces: all pieces.
    """
    vertices = mesh.vertices.cpu().numpy()
    numbers = welded(np.round(vertices / np.abs(vertices).max() * 1e6))
    faces = numbers[mesh.faces.cpu().numpy()]
    found = [_border(piece, faces[piece.faces]) for piece in pieces]
    owners: dict[tuple[int, int], list[int]] = {}
    for index, (_, names) in enumerate(found):
        for name in names:
            owners.setdefault(name, []).append(index)
    return [
        _outline(index, piece, edges, names, owners)
        for index, (piece, (edges, names)) in enumerate(zip(pieces, found, strict=True))
    ]


def _border(
    piece: Piece, faces: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[tuple[int, int]]]:
    """Return the edges of one face only, (E, 2) points, and the vertices of each on the mesh."""
    edges = np.concatenate([piece.corners[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    ends = np.concatenate([faces[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    _, inverse, counts = np.unique(
        np.sort(edges, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    once = counts[inverse.reshape(-1)] == 1
    names = [(int(a), int(b)) for a, b in np.sort(ends[once], axis=1)]
    return edges[once], names


def _outline(
    index: int,
    piece: Piece,
    edges: NDArray[np.int64],
    names: list[tuple[int, int]],
    owners: dict[tuple[int, int], list[int]],
) -> Outline:
    segments = piece.points[edges]
    # An edge that the piece shares with itself is the two sides of one cut.
    across = [next((o for o in owners[name] if o != index), index) for name in names]
    start = {int(a): row for row, (a, _) in enumerate(edges)}
    labels: list[tuple[int, tuple[float, float]]] = []
    left = set(range(len(edges)))
    while left:
        row = min(left)
        run = [row]
        left.discard(row)
        while (row := start.get(int(edges[row][1]), -1)) in left and across[row] == across[run[0]]:
            run.append(row)
            left.discard(row)
        lengths = np.linalg.norm(segments[run, 1] - segments[run, 0], axis=1)
        if lengths.sum() >= _SHORTEST:
            labels.append((across[run[0]], _beyond(segments[run], lengths)))
    return Outline(segments, labels)


def _beyond(run: NDArray[np.float64], lengths: NDArray[np.float64]) -> tuple[float, float]:
    """Return a point outside the middle of a run of segments.

    Faces run counter-clockwise as they are seen, so the outside is on the right of a segment.
    """
    middle = int(np.searchsorted(np.cumsum(lengths), lengths.sum() / 2))
    start, end = run[middle]
    away = np.array([start[1] - end[1], end[0] - start[0]]) / max(lengths[middle], 1e-9)
    x, y = (start + end) / 2 + _OFFSET * away
    return float(x), float(y)
