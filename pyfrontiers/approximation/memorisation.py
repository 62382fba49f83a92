"""A network with 2 n + d parameters that fits any labels of n points, in closed form.

Choose a direction a along which all points differ, sort them by z_i = a . x_i, and choose biases
b_1 < z_1 <= b_2 < z_2 <= ... The matrix max(z_i - b_j, 0) is then lower triangular with a positive
diagonal, so

    C(x) = sum over j of w_j max(a . x - b_j, 0),   C(x_i) = y_i

has exactly one solution w. The parameters are n weights w, n biases b and d entries of a.

Source: Zhang, Bengio, Hardt, Recht and Vinyals, Understanding deep learning requires rethinking
generalization, ICLR 2017, Theorem 1 and its Lemma 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from pyfrontiers.arguments import Numbers, Seed, checked

__all__ = ["Memory", "memorise"]

Array = np.ndarray[Any, Any]

Points = Annotated[Any, Numbers()]

#: Number of candidate directions; the one that separates the points best is used.
_TRIES = 64
#: Bound on the entries of a direction.
_LARGE = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The network C(x) = sum over j of w_j max(a . x - b_j, 0).

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
        """Number of parameters, 2 n + d."""
        return int(self.biases.size + self.weights.size + self.direction.size)

    def __call__(self, points: Array) -> Array:
        """Evaluate C at points (m, d), returning (m,)."""
        along = points @ self.direction
        return np.asarray(np.maximum(along[:, None] - self.biases, 0) @ self.weights)


@checked
def memorise(points: Points, labels: Points, *, seed: Seed = 0) -> Memory:
    """Construct the network with 2 n + d parameters that maps each point to its label.

    Args:
        points: (n, d), distinct, with n from 1 to 4,096. Floats, or `Fraction` objects in an object
            array, for which the result is exact.
        labels: (n,), any finite numbers.
        seed: Seed of the candidate directions.

    Returns:
        The network.

    Raises:
        ValueError: A shape or value is out of range, or two points are equal.

    Source:
        Zhang et al., Understanding deep learning requires rethinking generalization, ICLR 2017,
        Theorem 1.

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
        raise ValueError(f"points must be distinct, got equal points at {first} and {second}")
    # With b_(j+1) = z_j the network interpolates (b_1, 0), (z_1, y_1), (z_2, y_2), ... linearly,
    # and w_j is the change of slope at b_j: forward substitution with two entries per row.
    before = z[:1] - (gaps.mean() if gaps.size else 1)
    biases = np.concatenate([before, z[:-1]])
    slopes = np.diff(np.concatenate([y[:1] * 0, y])) / (z - biases)
    weights = np.concatenate([slopes[:1], np.diff(slopes)])
    return Memory(direction, biases, weights)


def _checked(points: Array, labels: Array) -> tuple[Array, Array]:
    x, y = np.asarray(points), np.asarray(labels)
    if x.ndim != 2 or not 1 <= len(x) <= 4096 or x.shape[1] < 1:
        raise ValueError(f"points must have shape (n, d) with n from 1 to 4096, got {x.shape}")
    if y.shape != (len(x),):
        raise ValueError(f"labels must have shape ({len(x)},), got {y.shape}")
    if x.dtype != object:
        x, y = x.astype(np.float64), y.astype(np.float64)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("points and labels must be finite, got NaN or infinity")
    return x, y


def _direction(x: Array, seed: int) -> Array:
    """Choose the direction that maximises the smallest gap between projected points."""
    random = np.random.default_rng(seed)
    # Integers, so that fractions stay exact; large, so that distinct points hardly ever coincide.
    # For object arrays they become Python integers, which never overflow.
    tried = random.integers(1 - _LARGE, _LARGE, (_TRIES, x.shape[1]))
    tried = tried.astype(x.dtype)
    along = np.sort(np.asarray(x @ tried.T, dtype=np.float64), axis=0)
    if len(x) == 1:
        return np.asarray(tried[0])
    length = np.maximum(along[-1] - along[0], np.finfo(float).tiny)
    return np.asarray(tried[int((np.diff(along, axis=0).min(axis=0) / length).argmax())])
