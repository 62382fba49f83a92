"""What each method descends: theorems in float64, on one task."""

from dataclasses import replace

import pytest
import torch

from pyfrontiers.transfer import METHODS, FewShotImages, Inner, Learner, Sinusoids, Tasks
from pyfrontiers.transfer.adaptation import adapt, follow
from pyfrontiers.transfer.anil import anil
from pyfrontiers.transfer.directions import Directions
from pyfrontiers.transfer.joint import joint, with_new_head
from pyfrontiers.transfer.maml import first_order_maml, maml
from pyfrontiers.transfer.methods import learner_for
from pyfrontiers.transfer.prototypes import nearest
from pyfrontiers.transfer.reptile import reptile

CURVES = Learner((1, 5, 4, 1))
CLASSES = Learner((6, 5, 5), "classification")
IMAGES = FewShotImages(torch.rand(7, 4, 6, generator=torch.Generator().manual_seed(0)))


def one(learner, number=0):
    """A task in float64, and weights."""
    if learner.kind == "regression":
        tasks = Sinusoids().draw(1, seed=3, first=number, shots=4, queries=6)
    else:
        tasks = IMAGES.draw(1, seed=3, first=number, shots=2, queries=2)
    parts = [part[0].double() if part.is_floating_point() else part[0] for part in tasks]
    return Tasks(*parts), learner.start(number).double()


def slope(function, row, step=1e-6):
    """The gradient by central differences."""
    found = torch.zeros_like(row)
    for i in range(len(row)):
        moved = torch.zeros_like(row)
        moved[i] = step
        found[i] = (function(row + moved) - function(row - moved)) / (2 * step)
    return found


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("direction", [maml, anil])
@pytest.mark.parametrize("learner", [CURVES, CLASSES], ids=["curves", "classes"])
def test_second_order_gradients_equal_finite_differences(learner, direction, steps):
    task, row = one(learner)
    inner = Inner(steps=steps, rate=0.1, head_only=direction is anil)

    def outer(row):
        adapted = adapt(learner, row, task.support_x, task.support_y, inner)
        return learner.loss(adapted, task.query_x, task.query_y)

    found, loss = direction(learner, row, task, replace(inner, head_only=False))
    torch.testing.assert_close(found, slope(outer, row), rtol=1e-5, atol=1e-7)
    assert loss == outer(row)
    first, _ = first_order_maml(learner, row, task, inner)
    assert (first - found).norm() > 1e-3 * found.norm()  # the second derivative matters


def test_first_order_gradient_is_that_at_the_end_of_the_inner_loop():
    task, row = one(CURVES)
    inner = Inner(steps=2, rate=0.1)
    end = adapt(CURVES, row, task.support_x, task.support_y, inner)
    found, loss = first_order_maml(CURVES, row, task, inner)
    there = slope(lambda row: CURVES.loss(row, task.query_x, task.query_y), end)
    torch.testing.assert_close(found, there, rtol=1e-5, atol=1e-7)
    assert loss == CURVES.loss(end, task.query_x, task.query_y)


@pytest.mark.parametrize("direction", [maml, first_order_maml, anil])
@pytest.mark.parametrize("learner", [CURVES, CLASSES], ids=["curves", "classes"])
def test_no_inner_step_is_joint_training(learner, direction):
    task, row = one(learner)
    found, loss = direction(learner, row, task, Inner(steps=0))
    wanted, value = joint(learner, row, task, Inner())
    assert torch.equal(found, wanted)
    assert loss == value


@pytest.mark.parametrize("learner", [CURVES, CLASSES], ids=["curves", "classes"])
def test_reptile_with_one_step_is_joint_training(learner):
    task, row = one(learner)
    found, loss = reptile(learner, row, task, Inner(steps=1, rate=0.03))
    wanted, value = joint(learner, row, task, Inner())
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-12)
    assert loss == value


def test_reptile_adds_the_gradients_along_the_way():
    task, row = one(CURVES)
    total, at = torch.zeros_like(row), row
    for _ in range(4):
        gradient, _ = joint(CURVES, at, task, Inner())
        total, at = total + gradient, at - 0.02 * gradient
    found, _ = reptile(CURVES, row, task, Inner(steps=4, rate=0.02))
    torch.testing.assert_close(found, total, rtol=1e-9, atol=1e-12)


def test_head_alone_adapts():
    task, row = one(CURVES)
    body = CURVES.weights - CURVES.head
    inner = Inner(steps=3, rate=0.1, head_only=True)
    adapted = adapt(CURVES, row, task.support_x, task.support_y, inner)
    assert torch.equal(adapted[:body], row[:body])
    assert not torch.equal(adapted[body:], row[body:])


def test_following_shows_the_inner_loop():
    task, row = one(CURVES)
    inner = Inner(rate=0.05)
    found = follow(CURVES, row, task, inner, (0, 2, 3))
    for place, steps in enumerate((0, 2, 3)):
        end = adapt(CURVES, row, task.support_x, task.support_y, replace(inner, steps=steps))
        assert torch.equal(found[place], CURVES.outputs(end, task.query_x))


def test_prototypes_are_means_of_the_embedded_examples():
    embedding = Learner((6, 5, 3), "classification")
    task, row = one(embedding)
    before, after, later = nearest(embedding, row, task, Inner(), (0, 1, 10))
    assert torch.equal(before, torch.zeros_like(before))
    assert torch.equal(after, later)
    for k in range(5):
        mean = embedding.outputs(row, task.support_x[task.support_y == k]).mean(0)
        away = (embedding.outputs(row, task.query_x) - mean).square().sum(1)
        torch.testing.assert_close(after[:, k], -away)


def test_a_class_without_examples_is_never_chosen():
    embedding = Learner((6, 5, 3), "classification")
    task, row = one(embedding)
    few = task._replace(support_y=torch.where(task.support_y == 3, 0, task.support_y))
    (logits,) = nearest(embedding, row, few, Inner(), (1,))
    assert (logits[:, 3] == -torch.inf).all()
    assert logits.softmax(1).isfinite().all()


def test_new_head_keeps_the_body_and_knows_nothing():
    wide, narrow = Learner((6, 5, 7), "classification"), Learner((6, 5, 5), "classification")
    rows = torch.stack([wide.start(seed) for seed in range(2)])
    found = with_new_head(rows, wide, narrow)
    assert found.shape == (2, narrow.weights)
    body = narrow.weights - narrow.head
    assert torch.equal(found[:, :body], rows[:, :body])
    assert torch.equal(found[:, body:], torch.zeros(2, narrow.head))
    assert with_new_head(rows, wide, wide) is rows


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.direction])
def test_recorded_directions_are_means_over_the_tasks(name):
    method = METHODS[name]
    family = IMAGES if "regression" not in method.kinds else Sinusoids()
    learner = learner_for(family, method, training=True)
    tasks = family.draw(6, seed=1, shots=2, queries=2)
    rows, inner = torch.stack([learner.start(0), learner.start(1)]), Inner(steps=2, rate=0.05)
    found, losses = Directions(method.direction, learner, inner)(rows, tasks)
    for run in range(2):
        each = [
            method.direction(learner, rows[run], Tasks(*(part[i] for part in tasks)), inner)
            for i in range(3 * run, 3 * run + 3)
        ]
        wanted = torch.stack([direction for direction, _ in each]).mean(0)
        torch.testing.assert_close(found[run], wanted, rtol=1e-4, atol=1e-5)
        assert losses[run] == pytest.approx(sum(float(loss) for _, loss in each) / 3, rel=1e-5)


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="rate must be a number above 0, got 0"):
        Inner(rate=0)
    with pytest.raises(ValueError, match=r"steps must be .*, got -1"):
        Inner(steps=-1)
    with pytest.raises(ValueError, match=r"sizes must be at least two numbers from 1 on, got \(3,"):
        Learner((3,))
