"""The Pareto front and the order of preference."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfrontiers.automl import Objectives, Outcome, pareto_front, preference

ROWS = st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=25)


def dominates(a, b):
    return bool((a >= b).all() and (a > b).any())


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_front_is_what_no_point_dominates(rows):
    points = np.array(rows, float)
    front = pareto_front(points)
    wanted = [i for i, p in enumerate(points) if not any(dominates(q, p) for q in points)]
    assert front.tolist() == wanted
    # Every other point is dominated by one of the front.
    for k in set(range(len(points))) - set(front.tolist()):
        assert any(dominates(points[i], points[k]) for i in front)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_preference_is_a_permutation_in_which_no_point_follows_one_that_it_dominates(rows):
    points = np.array(rows, float)
    order = preference(points)
    assert sorted(order.tolist()) == list(range(len(points)))
    for early, late in itertools.pairwise(order):
        assert not dominates(points[late], points[early])
    front = set(pareto_front(points).tolist())
    assert set(order[: len(front)].tolist()) == front


def test_first_points_of_a_front_cover_it():
    x = np.linspace(0, 1, 101)
    points = np.stack((x, 1000 * (1 - x)), 1)
    first = points[preference(points)[:5], 0]
    assert first[0] == 1  # the best of the first column
    assert sorted(first.tolist()) == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_directions_and_failures():
    both = Objectives(("accuracy", "parameters"))
    assert both.point(Outcome(0.9, {"accuracy": 0.9, "parameters": 50.0})) == (0.9, -50.0)
    failed = both.point(Outcome(None, failure="diverged"))
    points = np.array([failed, both.point(Outcome(0.0, {"accuracy": 0.0, "parameters": 1e9}))])
    assert pareto_front(points).tolist() == [1]


def test_wrong_arguments_raise():
    with pytest.raises(ValueError, match="points must hold finite numbers, got NaN"):
        pareto_front([[0.0, float("nan")]])
    with pytest.raises(ValueError, match=r"metrics must be among accuracy, .*, got 'speed'"):
        Objectives(("speed",))
    with pytest.raises(ValueError, match="outcome must have the metrics accuracy, flops, got acc"):
        Objectives(("accuracy", "flops")).point(Outcome(0.5, {"accuracy": 0.5}))


def test_empty_sets_have_an_empty_front():
    assert pareto_front(np.zeros((0, 2))).tolist() == []
    assert preference(np.zeros((0, 2))).tolist() == []
