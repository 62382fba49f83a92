"""A child trained again, and what random search is expected to choose."""

import numpy as np
import pytest

from pyfrontiers.automl.benchmark import benchmark, train_child
from pyfrontiers.automl.benchmark.building import BUDGETS
from pyfrontiers.claims import recorded


def test_a_child_trained_with_the_seeds_of_the_table_reaches_what_is_recorded():
    table = benchmark()
    row = 747  # test and validation accuracies differ by more than the tolerance
    said = []
    found = train_child(
        architecture=table.space.architecture(row),
        seeds=(1, 2),
        report=lambda fraction, message: said.append((fraction, message)),
    )
    places = [budget - 1 for budget in BUDGETS]
    assert found.test.shape == found.validation.shape == (2, BUDGETS[-1])
    # Other instruction sets round differently: a few digits near a boundary may change sides.
    np.testing.assert_allclose(found.validation[:, places], table.validation[row, 1:], atol=0.03)
    np.testing.assert_allclose(found.test[:, places], table.test[row, 1:], atol=0.03)
    assert said[-1] == (1.0, f"epoch {BUDGETS[-1]} of {BUDGETS[-1]}")
    assert [fraction for fraction, _ in said] == sorted({fraction for fraction, _ in said})


def test_children_without_seeds_or_of_another_space_are_refused():
    child = benchmark().space.architecture(0)
    with pytest.raises(ValueError, match="seeds must be one or more seeds, got none"):
        train_child(architecture=child, seeds=())
    with pytest.raises(ValueError, match="architecture must have 9 tokens"):
        train_child(architecture=child[1:], seeds=(0,))


def test_random_search_chooses_an_average_network_from_one_and_the_best_from_all():
    table = benchmark()
    assert table.random_answer(1) == pytest.approx(table.quality.mean())
    seen = table.validation[:, :, -1]
    best = np.nonzero(seen == seen.max())[0]
    assert table.random_answer(10**6) == pytest.approx(table.quality[best].mean())
    curve = [table.random_answer(children) for children in (1, 2, 5, 20, 100)]
    assert curve == sorted(curve)


def test_expected_choice_of_random_search_is_that_of_the_recorded_runs():
    table = benchmark()
    found = recorded("C20").measurement.details
    low, high = found["searches"]["random"]["regret_span"]
    missed = table.quality.max() - table.random_answer(found["judged"])
    assert low - 0.002 < missed < high + 0.002


def test_rank_in_test_accuracy_differs_from_that_in_validation_accuracy():
    table = benchmark()
    ranks = [table.rank(float(quality), test=True) for quality in table.quality]
    assert np.mean(ranks) == pytest.approx(0.5)
    assert ranks != [table.rank(float(quality)) for quality in table.quality]
    assert table.rank(float(table.quality.max()), test=True) == 1 - 0.5 / table.space.size
