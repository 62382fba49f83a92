"""2 n + d parameters fit any labels of n points exactly (Zhang et al. 2017, Theorem 1)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.approximation import memorise


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_any_labels_of_distinct_points_are_fitted_exactly(count, dimensions, seed):
    # Fractions do not round, so the comparison can be exact.
    random = np.random.default_rng(seed)
    whole = random.integers(-9, 10, (count, dimensions)).astype(object)
    points = np.vectorize(Fraction, otypes=[object])(whole)
    points[:, 0] += np.array([Fraction(k, 7) for k in range(count)], dtype=object)
    _, first = np.unique([str(list(row)) for row in points], return_index=True)
    points = points[np.sort(first)]
    labels = np.array([Fraction(int(v), 11) for v in random.integers(-99, 99, len(points))], object)
    memory = memorise(points, labels, seed=seed)
    assert (memory(points) == labels).all()
    assert memory.parameters == 2 * len(points) + dimensions


def test_a_thousand_digits_with_random_labels_are_memorised():
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    points, labels = digits.data[:1000] / 16, np.random.default_rng(1).integers(0, 10, 1000)
    memory = memorise(points, labels)
    assert memory.parameters == 2 * 1000 + 64
    assert np.abs(memory(points) - labels).max() < 1e-5
    assert (np.rint(memory(points)) == labels).all()


def test_changing_one_weight_breaks_the_fit():
    points, labels = np.random.default_rng(2).normal(size=(50, 3)), np.arange(50.0) % 7
    memory = memorise(points, labels)
    memory.weights[20] *= 1.01
    assert np.abs(memory(points) - labels).max() > 1e-3


@pytest.mark.parametrize(
    ("points", "labels", "sentence"),
    [
        (np.ones((3, 2)), np.arange(3), "points must be distinct, got equal points at . and ."),
        (np.ones(3), np.arange(3), r"points must have shape \(n, d\) .*, got \(3,\)"),
        (np.ones((0, 2)), np.ones(0), r"points must have shape \(n, d\) .*, got \(0, 2\)"),
        (np.eye(3), np.arange(4), r"labels must have shape \(3,\), got \(4,\)"),
        (
            np.array([[1.0], [np.nan]]),
            np.arange(2),
            "must (be finite|hold finite numbers), got NaN or infinity",
        ),
    ],
)
def test_invalid_arguments_are_rejected(points, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        memorise(points, labels)
