"""The shipped benchmark, and searches that run on it."""

import numpy as np
import pytest
import torch

from pyfrontiers.automl import ChildTrainer, Learning, Reinforce
from pyfrontiers.automl.benchmark import benchmark
from pyfrontiers.automl.benchmark.building import BATCH, BUDGETS, RATE, SEEDS, settings
from pyfrontiers.automl.benchmark.races import race, race_controllers
from pyfrontiers.automl.data import digit_data
from pyfrontiers.digits import load
from pyfrontiers.kernels import fold_in


def test_record_has_every_child_with_every_seed_and_budget():
    table = benchmark()
    assert table.space.size >= 1000
    assert table.validation.shape == (table.space.size, len(SEEDS), len(BUDGETS))
    assert table.test.shape == table.log_loss.shape == table.validation.shape
    assert settings()["data"] == digit_data().digest
    assert len(load().test_labels) == settings()["test"]


def test_there_is_something_to_find():
    quality = benchmark().quality
    low, middle, high = np.quantile(quality, [0.05, 0.5, 1.0])
    assert high - middle > 0.05
    assert high - low > 0.3
    # Longer training is better, and the shortest one already says something about the longest.
    by_budget = benchmark().validation.mean((0, 1))
    assert (np.diff(by_budget) > 0).all()
    first, last = benchmark().validation[:, :, 0].mean(1), benchmark().rewards
    assert np.corrcoef(first, last)[0, 1] > 0.3


def test_a_child_trained_again_reaches_the_recorded_accuracy():
    table = benchmark()
    wanted = ChildTrainer(table.space, epochs=BUDGETS[-1], batch=BATCH, rate=RATE)
    assert table.trainer == wanted
    child = table.space.architecture(int(np.argmax(table.rewards)))
    for budget in BUDGETS[:2]:
        recorded = table.outcome(child, budget=budget, seed=1)
        again = table.trainer(child, budget=budget, seed=SEEDS[1], data=digit_data())
        # Other instruction sets round differently: a few digits near a boundary may change sides.
        assert again.value == pytest.approx(recorded.value, abs=0.03)


def test_outcomes_are_entries_of_the_table():
    table = benchmark()
    child = table.space.architecture(700)
    found = table.outcome(child, budget=BUDGETS[1], seed=2)
    assert found.value == table.validation[700, 2, 1] == found.metrics["accuracy"]
    assert found.metrics["parameters"] == table.space.cost(child).parameters
    with pytest.raises(ValueError, match=r"budget must be one of \(2, 6, 18\) epochs, got 3"):
        table.outcome(child, budget=3)
    with pytest.raises(ValueError, match="seed must be between 0 and 2, got 3"):
        table.outcome(child, budget=2, seed=3)


def test_rank_is_the_share_that_is_beaten():
    table = benchmark()
    assert table.rank(0.0) == 0
    assert table.rank(1.0) == 1
    ranks = [table.rank(float(reward)) for reward in table.rewards]
    assert np.mean(ranks) == pytest.approx(0.5)


def test_best_are_the_largest_rewards():
    table = benchmark()
    best = table.best(0.01)
    rest = np.setdiff1d(np.arange(table.space.size), best)
    assert len(best) >= 0.01 * table.space.size
    assert table.rewards[best].min() > table.rewards[rest].max()
    assert len(table.best(0.0)) == (table.rewards == table.rewards.max()).sum()


def test_controllers_side_by_side_equal_those_that_ask_and_tell():
    learning = Learning(batch=4, rate=0.02)
    table = benchmark()
    many = race_controllers(table, runs=3, trainings=16, learning=learning, seed=9)
    single = race("reinforce", table, runs=3, trainings=16, learning=learning, seed=9)
    for one, other in zip(many.runs, single.runs, strict=True):
        assert one.rows.tolist() == other.rows.tolist()
        assert one.values.tolist() == other.values.tolist()
        assert one.spent.tolist() == other.spent.tolist() == list(range(1, 17))
    assert many.mass.shape == (3, 5)


def test_mass_is_the_probability_of_the_best():
    table = benchmark()
    found = race_controllers(table, runs=1, trainings=8, learning=Learning(), seed=2)
    search = Reinforce(table.space, seed=fold_in(fold_in(2, 0), 0))
    best = torch.tensor([table.space.architecture(int(row)) for row in table.best()])
    wanted = float(search.controllers.probability(best).sum())
    assert found.mass[0, 0] == pytest.approx(wanted, rel=1e-5)


def test_continued_children_pay_for_the_additional_epochs_only():
    table = benchmark()
    (run,) = race("asha", table, runs=1, trainings=30, seed=1).runs
    steps = np.diff(run.spent, prepend=0) * BUDGETS[-1]
    assert set(np.round(steps, 6)) == {2.0, 4.0, 12.0}
    # A child keeps its seed: the values are those of one training.
    for row in np.unique(run.rows[np.isclose(steps, 12)]):
        seen = run.values[run.rows == row].tolist()
        assert seen in table.validation[row].tolist()


def test_regret_is_zero_for_the_best_and_falls_with_the_budget():
    table = benchmark()
    found = race("random", table, runs=8, trainings=200, seed=0)
    curve = [found.regret(table, count).mean() for count in (1, 10, 200)]
    assert curve[0] > curve[1] > curve[2] >= 0
    everything = race("random", table, runs=1, trainings=table.space.size, seed=0)
    answer = int(everything.runs[0].rows[everything.runs[0].values.argmax()])
    assert everything.regret(table, table.space.size)[0] == pytest.approx(
        table.quality.max() - table.quality[answer]
    )


def test_unknown_search_is_rejected():
    with pytest.raises(ValueError, match=r"name must be one of random, .*, got 'grid'"):
        race("grid", benchmark(), runs=1, trainings=1)
