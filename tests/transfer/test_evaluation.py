"""Evaluation measures what it says, and says when it cannot."""

import math

import pytest
import torch

from pyfrontiers.transfer import (
    FewShotImages,
    Inner,
    Learner,
    Sinusoids,
    Trained,
    best_rate,
    evaluate,
    help_of,
    meta_train,
)
from pyfrontiers.transfer.methods import Plan
from pyfrontiers.transfer.study import compare_methods

FAMILY = Sinusoids()
IMAGES = FewShotImages(torch.rand(6, 20, 4, generator=torch.Generator().manual_seed(0)))


def zeros(sizes, kind="regression", method="scratch", runs=1):
    learner = Learner(sizes, kind)
    return Trained(method, learner, torch.zeros(runs, learner.weights), Inner(), (0,) * runs)


def test_zero_network_has_the_mean_square_of_the_curves():
    curve = evaluate(zeros((1, 3, 1)), FAMILY, tasks=50, steps=(0,), resamples=50)
    (values,) = curve.values
    drawn = evaluate(zeros((1, 3, 1), runs=2), FAMILY, tasks=50, steps=(0,), resamples=0)
    assert torch.equal(drawn.values[0], values)
    assert drawn.runs.shape == (1, 2)
    # E a^2 / 2 with a uniform in [0.1, 5], over half a period or more of x.
    assert 2 < float(curve.at(0)) < 7
    assert curve.at(0).low < float(values.mean()) < curve.at(0).high
    assert float(curve.at(0)) == pytest.approx(float(values.mean()))
    with pytest.raises(ValueError, match=r"steps must be one of \(0,\), got 3"):
        curve.at(3)


def test_equal_logits_are_chance():
    curve = evaluate(zeros((4, 3, 5), "classification"), IMAGES, tasks=10, steps=(0,), resamples=0)
    assert float(curve.at(0)) == pytest.approx(0.2)


def test_adaptation_is_in_the_order_of_the_steps():
    trained = meta_train("scratch", FAMILY, seeds=(3,))
    both = evaluate(trained, FAMILY, tasks=30, steps=(5, 0), resamples=0)
    assert both.steps == (0, 5)
    assert float(both.at(5)) < float(both.at(0))
    alone = evaluate(trained, FAMILY, tasks=30, steps=(5,), resamples=0)
    assert torch.equal(alone.values[0], both.values[1])


def test_divergence_is_infinite_and_never_the_best_rate():
    trained = meta_train("scratch", FAMILY)
    wild = evaluate(trained.with_rate(1e6), FAMILY, tasks=5, resamples=10)
    assert float(wild.at(10)) == math.inf
    assert best_rate(trained, FAMILY, tasks=5, rates=(1e6, 0.01)) == 0.01
    with pytest.raises(ValueError, match="rates must hold one at which the loss is finite"):
        best_rate(trained, FAMILY, tasks=5, rates=(1e6,))
    with pytest.raises(ValueError, match="rates must be numbers above 0"):
        best_rate(trained, FAMILY, tasks=5, rates=(0.0, 1.0))


def test_other_kinds_of_tasks_are_refused():
    with pytest.raises(ValueError, match="family must have tasks of regression with 1 inputs"):
        evaluate(zeros((1, 3, 1)), IMAGES)
    with pytest.raises(ValueError, match="steps must hold at least one number, got none"):
        evaluate(zeros((1, 3, 1)), FAMILY, steps=())


def test_comparison_has_intervals_over_runs_or_over_tasks():
    several = {"scratch": meta_train("scratch", FAMILY, seeds=(0, 1, 2))}
    single = {"scratch": meta_train("scratch", FAMILY, seeds=(0,))}
    families = {"standard": FAMILY}
    for networks in (several, single):
        found = compare_methods(networks, families, tasks=20)
        row = found["table"]["standard"]["scratch"]
        assert found["steps"] == [0, 1, 5, 10]
        assert found["measure"] == "mean squared error"
        assert len(row) == 4
        assert all(low < value < high for value, low, high in row)
        runs = found["runs"]["standard"]["scratch"]
        for (value, _, _), each in zip(row, runs, strict=True):
            assert value == pytest.approx(sum(each) / len(each))


def test_training_on_a_family_helps_with_it():
    plan = Plan(steps=150, batch=20)
    found = help_of("standard", names=("standard", "faster"), plan=plan, seeds=(0,), tasks=100)
    assert 0.2 < found["standard"][0] <= 1
    assert found["standard"][0] > found["faster"][0]
    with pytest.raises(
        ValueError, match=r"learned must be of the families standard, .*got 'square'"
    ):
        help_of("square")
    with pytest.raises(ValueError, match=r"names must be of the families standard, .*got 'square'"):
        help_of("standard", names=("square",))
