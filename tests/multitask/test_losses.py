"""Gradients of the losses, their optima, and what has no label."""

import math

import pytest
import torch
from torch.autograd import gradcheck
from torchjd.scalarization import UW

from pyfrontiers.multitask import (
    TASKS,
    TaskOutputs,
    TaskTargets,
    best_exact,
    best_published,
    class_loss,
    depth_loss,
    offset_loss,
    published_loss,
)
from pyfrontiers.multitask.likelihood import effective_weights, exact_loss
from pyfrontiers.multitask.losses import task_losses
from pyfrontiers.uncertainty.calibration import fit_temperature

DOUBLE = {"dtype": torch.float64}


def drawn(*shape, seed=0):
    made = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=made, **DOUBLE)


def some():
    """Outputs, and labels with unknown pixels."""
    outputs = TaskOutputs(drawn(2, 11, 3, 4), drawn(2, 2, 3, 4, seed=1), drawn(2, 3, 4, seed=2))
    classes = torch.arange(24).reshape(2, 3, 4) % 12 - 1
    offsets, depth = drawn(2, 2, 3, 4, seed=3), drawn(2, 3, 4, seed=4).abs()
    offsets[:, :, 0], depth[:, 1] = math.nan, math.nan
    return outputs, TaskTargets(classes, offsets, depth)


@pytest.mark.parametrize("task", range(3), ids=TASKS)
def test_gradients_are_those_of_finite_differences(task):
    outputs, targets = some()
    loss = (class_loss, offset_loss, depth_loss)[task]
    value = outputs[task].clone().requires_grad_()
    assert gradcheck(lambda x: loss(x, targets[task]), value)


@pytest.mark.parametrize("form", ["published", "exact"])
def test_gradients_of_the_weighed_losses(form):
    outputs, targets = some()
    parts = [one.clone().requires_grad_() for one in outputs]
    spread = drawn(3, seed=5).requires_grad_()

    def loss(spread, *parts):
        found = TaskOutputs(*parts)
        if form == "exact":
            return exact_loss(found, targets, spread, TASKS)
        return published_loss(task_losses(found, targets, TASKS), spread, TASKS)

    assert gradcheck(loss, (spread, *parts))


def descend(loss, count):
    spread = torch.zeros(count, **DOUBLE, requires_grad=True)
    optimiser = torch.optim.LBFGS([spread], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        value = loss(spread)
        value.backward()
        return value

    optimiser.step(closure)
    return spread.detach()


def test_learned_variances_end_at_the_closed_form():
    losses = torch.tensor([0.7, 3.1, 0.02], **DOUBLE)
    found = descend(lambda s: published_loss(losses, s, TASKS), 3)
    assert torch.allclose(found, best_published(losses, TASKS), atol=1e-5)
    assert torch.allclose(found, (torch.tensor([2.0, 1.0, 1.0]) * losses).log(), atol=1e-5)


def test_exact_variances_end_at_the_closed_form_and_the_best_temperature():
    outputs, targets = some()
    losses = task_losses(outputs, targets, TASKS)
    found = descend(lambda s: exact_loss(outputs, targets, s, TASKS, losses), 3)
    assert torch.allclose(found[1:], best_exact(losses[1:]), atol=1e-5)
    # The variance of a Laplace distribution is twice the squared mean of |error|.
    assert torch.allclose(found[1:].exp(), 2 * losses[1:] ** 2, rtol=1e-5)
    rows = outputs.logits.movedim(1, -1)[targets.classes >= 0]
    labels = targets.classes[targets.classes >= 0]
    # Labels of the largest logits in most pixels, so that a finite temperature is best.
    labels = torch.where(torch.arange(len(labels)) % 3 > 0, rows.argmax(1), labels)
    sure = TaskTargets(labels[None, None], *targets[1:])
    line = TaskOutputs(rows.T[None, :, None], None, None)
    best = descend(lambda s: exact_loss(line, sure, s, ("classes",)), 1)
    assert math.isclose(best.exp().item(), fit_temperature(rows, labels).value, rel_tol=1e-3)


def test_published_form_agrees_with_torchjd():
    losses, spread = torch.tensor([0.7, 3.1, 0.02]), torch.tensor([0.3, -1.0, 2.0])
    other = UW(3)
    other.log_var.data.copy_(spread)
    doubled = losses * torch.tensor([2.0, 1.0, 1.0])  # torchjd has one factor for all tasks
    assert torch.allclose(published_loss(losses, spread, TASKS), other(doubled))


@pytest.mark.parametrize("exact", [False, True])
def test_effective_weights_are_the_factors_of_the_losses(exact):
    spread = torch.tensor([0.3, -1.0, 2.0], **DOUBLE)
    weights = effective_weights(spread, TASKS, exact=exact)
    assert math.isclose(weights.sum().item(), 3.0)
    losses = torch.tensor([0.5, 1.0, 2.0], **DOUBLE, requires_grad=True)
    if exact:
        outputs, targets = some()
        value = exact_loss(outputs, targets, spread, TASKS, losses)
        kept = slice(1, 3)  # the classes enter through their logits
    else:
        value = published_loss(losses, spread, TASKS)
        kept = slice(0, 3)
    (slopes,) = torch.autograd.grad(value, losses)
    assert torch.allclose(slopes[kept] / slopes[kept].sum(), weights[kept] / weights[kept].sum())


def test_pixels_without_labels_have_no_loss_and_no_gradient():
    outputs, targets = some()
    for task, loss in enumerate((class_loss, offset_loss, depth_loss)):
        value = outputs[task].clone().requires_grad_()
        unknown = targets[task] == -1 if task == 0 else targets[task].isnan()
        loss(value, targets[task]).backward()
        gradient = value.grad.abs().sum(1) if task == 0 else value.grad
        assert torch.equal(gradient == 0, unknown)
        nothing = torch.full_like(targets[task], -1 if task == 0 else math.nan)
        assert loss(value, nothing) == 0


def test_bad_arguments_are_told():
    outputs, targets = some()
    with pytest.raises(ValueError, match=r"classes must be -1 to 10, got -1 to 11"):
        class_loss(outputs.logits, targets.classes + (targets.classes == 10))
    far = outputs.inverse_depth.clone()
    far[0] = math.inf
    with pytest.raises(ValueError, match="target must be finite or NaN, got infinity in 12"):
        depth_loss(outputs.inverse_depth, far)
    with pytest.raises(ValueError, match=r"target must have shape .* H = 3"):
        offset_loss(outputs.offsets, targets.offsets[:, :, :2])
    with pytest.raises(ValueError, match=r"losses must be above 0, got \[1.0, 0.0\]"):
        best_exact(torch.tensor([1.0, 0.0]))
    with pytest.raises(ValueError, match="tasks must be the 2 tasks of the losses in order"):
        published_loss(torch.ones(2), torch.zeros(2), ["depth", "classes"])
