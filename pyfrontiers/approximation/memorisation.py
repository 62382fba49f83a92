"""2 n + d weights fit any labels of n points: the network is written down in closed form.

With a direction a along which all points differ, z_i = a . x_i in rising order, and biases b_j
between them, b_1 < z_1 <= b_2 < z_2 <= ..., the matrix max(z_i - b_j, 0) is lower triangular with a
positive diagonal, so

    C(x) = sum over j of w_j max(a . x - b_j, 0),   C(x_i) = y_i

has exactly one solution w: n weights w, n biases b and d entries of a.

Source: Zhang, Bengio, Hardt, Recht and Vinyals, Understanding deep learning requires rethinking
generalization, ICLR 2017, Theorem 1 and its Lemma 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Memory", "memorise"]

Array = np.ndarray[Any, Any]

#: Directions that are tried; the one that keeps the points furthest apart is taken.
_TRIES = 64
_LARGE = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """C(x) = sum over j of w_j max(a . x - b_j, 0).

    Attributes:
        direction: a, (d,).
        biases: b, (n,).
        weights: w, (n,).

    """

    direction: Array
    biases: Array
    weights: Array

    @property
    def parameters(self) -> int:
        """Number of its weights, 2 n + d."""
        return int(self.biases.size + self.weights.size + self.direction.size)

    def __call__(self, points: Array) -> Array:
        """Compute C at points (m, d); (m,)."""
        on = points @ self.direction
        return np.asarray(np.maximum(on[:, None] - self.biases, 0) @ self.weights)


def memorise(points: Array, labels: Array, *, seed: int = 0) -> Memory:
    """Write down the network of 2 n + d weights that gives each point its label.

    Args:
        points: (n, d), all different, n from 1 to 4,096. Entries may be floats, or fractions in an
            array of objects; then everything is exact.
        labels: (n,), any finite numbers.
        seed: Seed of the directions that are tried.

    Returns:
        The network.

    Raises:
        ValueError: Shapes or values are out of range, or two points are equal.

    """
    x, y = _checked(points, labels)
    direction = _direction(x, seed)
    z = x @ direction
    order = np.argsort(z)
    z, y = z[order], y[order]
    gaps = np.diff(z)
    if (gaps <= 0).any():
        place = int(np.flatnonzero(gaps <= 0)[0])
        first, second = sorted((int(order[place]), int(order[place + 1])))
        raise ValueError(
            f"points {first} and {second} are equal; wanted points that all differ, because one "
            "point has one label"
        )
    # b_(j+1) = z_j: the network is the line through (b_1, 0), (z_1, y_1), (z_2, y_2) ... and w_j is
    # the change of its slope at b_j, which is forward substitution with two entries a row.
    before = z[:1] - (gaps.mean() if gaps.size else 1)
    biases = np.concatenate([before, z[:-1]])
    slopes = np.diff(np.concatenate([y[:1] * 0, y])) / (z - biases)
    weights = np.concatenate([slopes[:1], np.diff(slopes)])
    return Memory(direction, biases, weights)


def _checked(points: Array, labels: Array) -> tuple[Array, Array]:
    x, y = np.asarray(points), np.asarray(labels)
    if x.ndim != 2 or not 1 <= len(x) <= 4096 or x.shape[1] < 1:
        raise ValueError(f"points has the shape {x.shape}; wanted (n, d) with n from 1 to 4096")
    if y.shape != (len(x),):
        raise ValueError(f"labels has the shape {y.shape}; wanted ({len(x)},)")
    if x.dtype != object:
        x, y = x.astype(np.float64), y.astype(np.float64)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("points or labels hold a value that is not finite")
    return x, y


def _direction(x: Array, seed: int) -> Array:
    """Choose the direction along which the nearest two points are furthest apart."""
    random = np.random.default_rng(seed)
    # Whole numbers, so that fractions stay fractions; large ones, so that no two points meet on the
    # line by chance. As Python's own where the points are objects: those never overflow.
    tried = random.integers(1 - _LARGE, _LARGE, (_TRIES, x.shape[1]))
    tried = tried.astype(x.dtype)
    along = np.sort(np.asarray(x @ tried.T, dtype=np.float64), axis=0)
    if len(x) == 1:
        return np.asarray(tried[0])
    length = np.maximum(along[-1] - along[0], np.finfo(float).tiny)
    return np.asarray(tried[int((np.diff(along, axis=0).min(axis=0) / length).argmax())])
