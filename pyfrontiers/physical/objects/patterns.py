"""Patterns in space: smooth noise and cells, the same on every machine.

Source: Perlin, An image synthesizer, SIGGRAPH 1985; Worley, A cellular texture basis function,
SIGGRAPH 1996.
"""

from __future__ import annotations

import itertools

import numpy as np

__all__ = ["cells", "nearest_two", "noise", "smooth_step"]


def _hashed(cell: np.ndarray, stream: int) -> np.ndarray:
    """Return a number in [0, 1) for each integer cell (..., 3)."""
    with np.errstate(over="ignore"):
        word = cell.astype(np.int64).astype(np.uint64)
        mixed = (
            word[..., 0] * np.uint64(0x9E3779B97F4A7C15)
            ^ word[..., 1] * np.uint64(0xC2B2AE3D27D4EB4F)
            ^ word[..., 2] * np.uint64(0x165667B19E3779F9)
        ) + np.uint64(stream) * np.uint64(0xD6E8FEB86659FD93)
        for shift in (33, 29):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(32)
    unit: np.ndarray = (mixed >> np.uint64(40)).astype(np.float64) / (1 << 24)
    return unit


class _Lattice:
    """The integer cells around some points, with random numbers for each."""

    def __init__(self, cells: np.ndarray) -> None:
        self._low = cells.min(axis=0) - 1
        self._sides = cells.max(axis=0) + 2 - self._low
        self._home = self._index(cells - self._low)

    def _index(self, offset: np.ndarray) -> np.ndarray:
        index: np.ndarray = (offset[..., 0] * self._sides[1] + offset[..., 1]) * self._sides[
            2
        ] + offset[..., 2]
        return index

    def numbers(self, stream: int) -> np.ndarray:
        """Return the numbers of all cells in [0, 1)."""
        return _hashed(np.indices(self._sides).reshape(3, -1).T + self._low, stream)

    def at(self, shift: tuple[int, ...]) -> np.ndarray:
        """Return the positions in `numbers` of the cells (N,) that lie `shift` away."""
        moved: np.ndarray = self._home + self._index(np.array(shift))
        return moved


def noise(points: np.ndarray, size: float, *, stream: int = 0) -> np.ndarray:
    """Return smooth noise (N,) in [-1, 1] whose details are about `size` across."""
    scaled = points / size
    cell = np.floor(scaled).astype(np.int64)
    part = scaled - cell
    x, y, z = (part * part * (3 - 2 * part)).T
    lattice = _Lattice(cell)
    numbers = lattice.numbers(stream)
    total = np.zeros(len(points))
    for i, j, k in itertools.product((0, 1), repeat=3):
        weight = (x if i else 1 - x) * (y if j else 1 - y) * (z if k else 1 - z)
        total += weight * numbers[lattice.at((i, j, k))]
    return 2 * total - 1


def nearest_two(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest centre (N,) of each point, and the distance (N,) to its cell's border."""
    apart = np.linalg.norm(points[:, None] - centres[None], axis=2)
    two = np.argpartition(apart, 1, axis=1)[:, :2]
    near, far = np.take_along_axis(apart, two, axis=1).T
    between = np.linalg.norm(centres[two[:, 0]] - centres[two[:, 1]], axis=1)
    return two[:, 0], (far**2 - near**2) / (2 * between)


def cells(points: np.ndarray, size: float, *, stream: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Divide space into irregular cells.

    Args:
        points: (N, 3).
        size: mean diameter of a cell.
        stream: number of the pattern.

    Returns:
        A random number in [0, 1) for the cell of each point, and how much farther (N,) the second
        nearest cell is than the nearest, in units of size: 0 on a border.
    """
    scaled = points / size
    home = np.floor(scaled).astype(np.int64)
    lattice = _Lattice(home)
    *jitter, shades = (lattice.numbers(4 * stream + number) for number in range(4))
    part = scaled - home
    best = np.full((2, len(points)), np.inf)
    shade = np.zeros(len(points))
    for shift in itertools.product((-1, 0, 1), repeat=3):
        cell = lattice.at(shift)
        apart = np.sqrt(
            sum((shift[axis] + jitter[axis][cell] - part[:, axis]) ** 2 for axis in range(3))
        )
        nearer = apart < best[0]
        best[1] = np.where(nearer, best[0], np.minimum(best[1], apart))
        best[0] = np.where(nearer, apart, best[0])
        shade = np.where(nearer, shades[cell], shade)
    return shade, best[1] - best[0]


def smooth_step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return 0 below low, 1 above high, and a smooth rise between."""
    t = ((x - low) / (high - low)).clip(0.0, 1.0)
    rise: np.ndarray = t * t * (3 - 2 * t)
    return rise
