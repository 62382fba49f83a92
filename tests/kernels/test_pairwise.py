"""The selection of test cases that `make test` runs; `--full-product` runs them all."""

from itertools import combinations, product

import pytest
from case_selection import SELECTION
from pairwise import covering


def values_together(cases, one, other):
    return {(case[one], case[other]) for case in cases}


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


def test_every_pair_of_values_of_the_collected_tests_occurs(request):
    selection = request.config.stash[SELECTION]
    for name, possible in selection.possible.items():
        for one, other in combinations(possible[0], 2):
            wanted = values_together(possible, one, other)
            assert values_together(selection.chosen[name], one, other) == wanted, name
