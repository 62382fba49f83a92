"""Lay a piece of a surface flat, as rigid as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["flattened", "welded"]

_ITERATIONS: Final = 30
_WITHIN: Final = 0.95


def welded(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one number per row (N, D) of whole numbers, the same for equal rows."""
    _, numbers = np.unique(rows.astype(np.int64), axis=0, return_inverse=True)
    return numbers.reshape(-1).astype(np.int64)


def flattened(
    positions: NDArray[np.float64], uv: NDArray[np.float64], areas: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Lay triangles flat, so that lengths change as little as possible.

    Minimises sum_t area_t ||J_t - R_t||^2 over the points and one rotation R_t per triangle, where
    J_t maps the triangle to its flat image. Given the points, each R_t is the rotation nearest to
    J_t; given the rotations, the points solve a linear system. The texture coordinates give the
    first points.

    Args:
        positions: (F, 3, 3) corners of the triangles.
        uv: (F, 3, 2) their texture coordinates.
        areas: (F,) their areas > 0.

    Returns:
        Points (P, 2) with x to the right and y downwards as seen from outside, the triangles'
        corners (F, 3) as indices of points, and the largest factor by which lengths change over
        95 % of the area; infinite if a triangle is turned over.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import splu

    corners = _corner_numbers(positions, uv)
    count = int(corners.max()) + 1
    gradients, local = _gradients(positions)
    # J_t = sum_c point_c gradient_c', so the energy's matrix is sum_t area_t gradient gradient'.
    weights = np.einsum("fci,fdi,f->fcd", gradients, gradients, areas)
    rows = np.repeat(corners, 3, axis=1).ravel()
    columns = np.tile(corners, (1, 3)).ravel()
    matrix = coo_array((weights.ravel(), (rows, columns)), shape=(count, count)).tocsc()
    # The energy does not depend on a shift; this holds the points where they are.
    matrix.setdiag(matrix.diagonal() * (1 + 1e-9) + 1e-12)
    solver = splu(matrix)
    points = _first_points(corners, count, local, uv, areas)
    for _ in range(_ITERATIONS):
        jacobian = np.einsum("fci,fcj->fij", points[corners], gradients)
        rotation, _ = _nearest_rotations(jacobian)
        pull = np.einsum("fij,fcj,f->fci", rotation, gradients, areas)
        points = solver.solve(_summed(corners, pull, count))
    jacobian = np.einsum("fci,fcj->fij", points[corners], gradients)
    return points * (1.0, -1.0), corners, _stretch(jacobian, areas)


def _corner_numbers(positions: NDArray[np.float64], uv: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the corners numbers, one per position unless the piece wraps around.

    On a seam where the piece meets itself, a position has two texture coordinates, about the width
    of the piece apart; these corners stay apart. At a pole of a sphere it has many.
    """
    group = welded(np.round(positions * 1e4).reshape(-1, 3))
    flat = uv.reshape(-1, 2)
    apart = np.zeros(group.max() + 1, bool)
    places, first = np.unique(
        np.concatenate([group[:, None], np.round(flat * 1e6)], axis=1), axis=0, return_index=True
    )
    owner = places[:, 0].astype(np.int64)
    twice = np.bincount(owner, minlength=len(apart)) == 2
    rows = first[twice[owner]].reshape(-1, 2)  # sorted by group, so two rows each
    distance = np.abs(flat[rows[:, 0]] - flat[rows[:, 1]])
    extent = np.maximum(flat.max(0) - flat.min(0), 1e-12)
    apart[group[rows[:, 0]]] = (distance > 0.6 * extent).any(axis=1)
    # Where a position occurs on two sides of a seam, the texture coordinate tells them apart.
    split = np.where(apart[group, None], np.round(flat * 1e6), 0)
    return welded(np.concatenate([group[:, None], split], axis=1)).reshape(-1, 3)


def _gradients(
    positions: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gradients (F, 3, 2) of the corners' hat functions, and the local corners."""
    first, second = positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 0]
    length = np.linalg.norm(first, axis=1)
    x = first / length[:, None]
    normal = np.cross(first, second)
    y = np.cross(normal, x)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    local = np.zeros((len(positions), 3, 2))
    local[:, 1, 0] = length
    local[:, 2, 0], local[:, 2, 1] = (second * x).sum(1), (second * y).sum(1)
    opposite = np.roll(local, -2, axis=1) - np.roll(local, -1, axis=1)
    twice_area = length * local[:, 2, 1]
    gradients = np.stack([-opposite[:, :, 1], opposite[:, :, 0]], axis=2)
    return gradients / twice_area[:, None, None], local


def _first_points(
    corners: NDArray[np.int64],
    count: int,
    local: NDArray[np.float64],
    uv: NDArray[np.float64],
    areas: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return uv, with the orientation of the surface and roughly its size."""
    flat = uv * (1.0, -1.0)
    across, along = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    signed = (across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0]) / 2
    if (np.sign(signed) * areas).sum() < 0:  # a mirrored island
        flat = flat * (-1.0, 1.0)
    edges, seen = np.diff(local, axis=1), np.diff(flat, axis=1)
    size = np.linalg.norm(edges, axis=(1, 2)), np.linalg.norm(seen, axis=(1, 2))
    scale = np.average(size[0], weights=areas) / max(np.average(size[1], weights=areas), 1e-12)
    times = np.bincount(corners.ravel(), minlength=count)
    return _summed(corners, flat * scale, count) / times[:, None]


def _summed(
    corners: NDArray[np.int64], values: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Add values (F, 3, 2) of corners into points (count, 2)."""
    flat = values.reshape(-1, 2)
    columns = [np.bincount(corners.ravel(), flat[:, axis], count) for axis in range(2)]
    return np.stack(columns, axis=1)


def _nearest_rotations(jacobian: NDArray[np.float64]) -> tuple[NDArray[np.float64], Any]:
    """Return the rotation nearest to each 2 x 2 matrix, in closed form, and its norm."""
    cosine = jacobian[:, 0, 0] + jacobian[:, 1, 1]
    sine = jacobian[:, 1, 0] - jacobian[:, 0, 1]
    norm = np.maximum(np.hypot(cosine, sine), 1e-300)
    cosine, sine = cosine / norm, sine / norm
    rows = np.stack([cosine, -sine, sine, cosine], axis=1)
    return rows.reshape(-1, 2, 2), norm


def _stretch(jacobian: NDArray[np.float64], areas: NDArray[np.float64]) -> float:
    """Return the 95 % quantile, by area, of the larger of s1 and 1 / s2 (singular values)."""
    values = np.linalg.svd(jacobian, compute_uv=False)
    factor = np.maximum(values[:, 0], 1 / np.maximum(values[:, 1], 1e-12))
    factor[np.linalg.det(jacobian) < 0] = np.inf
    order = np.argsort(factor)
    share = np.cumsum(areas[order]) / areas.sum()
    return float(factor[order][min(int(np.searchsorted(share, _WITHIN)), len(order) - 1)])
