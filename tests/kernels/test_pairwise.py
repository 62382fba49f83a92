"""The selection of test cases that `make test` runs; `--combinations every` runs them all."""

from itertools import combinations, product

import pytest
from case_selection import SELECTION
from pairwise import covering


def values_together(cases, *axes):
    return {tuple(case[axis] for axis in axes) for case in cases}


def test_every_value_occurs_with_strength_one():
    cases = [dict(zip("abc", values, strict=True)) for values in product(range(4), repeat=3)]
    chosen = [cases[number] for number in covering(cases, strength=1)]
    assert len(chosen) == 4
    for axis in "abc":
        assert values_together(chosen, axis) == values_together(cases, axis)


def test_every_pair_of_values_occurs():
    axes = {"isa": range(4), "dtype": range(4), "layout": range(6), "threads": range(3)}
    cases = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
    chosen = [cases[number] for number in covering(cases)]
    for one, other in combinations(axes, 2):
        assert values_together(chosen, one, other) == set(product(axes[one], axes[other]))
    assert 24 <= len(chosen) <= 30  # 288 combinations; 24 pairs of the two longest axes
    assert covering(cases) == covering(cases)


def test_pairs_that_never_occur_are_not_required():
    cases = [{"a": a, "b": b, "c": c} for a, b, c in product(range(3), repeat=3) if a != b]
    chosen = [cases[number] for number in covering(cases)]
    assert values_together(chosen, "a", "b") == values_together(cases, "a", "b")


@pytest.mark.parametrize("axes", [0, 1, 2])
def test_fewer_than_three_axes_keep_every_case(axes):
    cases = [dict(enumerate(values)) for values in product(range(5), repeat=axes)]
    assert covering(cases) == list(range(len(cases)))


def test_every_combination_of_the_collected_tests_that_should_occur_does(request):
    selection = request.config.stash[SELECTION]
    for name, possible in selection.possible.items():
        count = len(possible[0])
        for axes in combinations(possible[0], min(selection.strength or count, count)):
            wanted = values_together(possible, *axes)
            assert values_together(selection.chosen[name], *axes) == wanted, name
