"""Attacks in L2 and L1: ball and box hold, and on a linear model they reach the optimum."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pyfrontiers import kernels
from pyfrontiers.adversarial import ThreatModel, attack

RADII = {"l2": [0.0, 0.05, 0.5, 3.0], "l1": [0.0, 0.3, 3.0, 20.0]}
each_norm = pytest.mark.parametrize("norm", RADII)


def size(change, norm):
    rows = change.double().flatten(1)
    return rows.abs().sum(1) if norm == "l1" else rows.norm(dim=1)


@each_norm
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16])
def test_ball_and_box_hold(affine, images, labels, norm, dtype):
    x = images.to(dtype)
    x[0].fill_(0.0)
    x[1].fill_(1.0)
    for epsilon in RADII[norm]:
        threat = ThreatModel(norm=norm, epsilon=epsilon)
        found = attack(affine.to(dtype), x, labels, threat=threat, steps=5, keep_going=True)
        assert (size(found.adversarial.double() - x.double(), norm) <= epsilon * (1 + 1e-12)).all()
        assert found.adversarial.min() >= 0
        assert found.adversarial.max() <= 1
        torch.testing.assert_close(
            getattr(found, norm), size(found.adversarial.double() - x.double(), norm)
        )


@each_norm
def test_margin_of_linear_model_rises_by_epsilon_times_dual_norm(norm):
    # max of w·d over the ball is epsilon ||w||_2 in L2 and epsilon max |w| in L1.
    weight = torch.tensor([[0.1, -0.2, 0.7, 0.3, 0.0, 0.5], [0.0] * 6]).double()
    model = nn.Linear(6, 2).double()
    model.weight.data, model.bias.data = weight, torch.tensor([0.0, 9.0]).double()
    x, y = torch.full((1, 6), 0.5).double(), torch.tensor([1])
    threat = ThreatModel(norm=norm, epsilon=0.2)
    found = attack(model, x, y, threat=threat, loss="margin", steps=20, random_start=False)
    dual = float(weight[0].norm()) if norm == "l2" else 0.7
    gain = float(found.losses[-1, 0] - found.losses[0, 0])
    assert gain == pytest.approx(0.2 * dual, rel=1e-5)  # losses are float32


@each_norm
def test_one_step_equals_the_kernel(affine, images, labels, norm):
    threat = ThreatModel(norm=norm, epsilon=0.4)
    options = {"threat": threat, "steps": 1, "step": 0.3, "keep_going": True, "random_start": False}
    found = attack(affine, images, labels, **options)
    x = images.clone().requires_grad_()
    nn.functional.cross_entropy(affine(x), labels, reduction="sum").backward()
    step = kernels.l2_step if norm == "l2" else kernels.l1_step
    assert torch.equal(found.adversarial, step(images, x.grad, images, step=0.3, epsilon=0.4))


@each_norm
def test_larger_epsilon_raises_the_loss(affine, images, labels, norm):
    reached = []
    for epsilon in RADII[norm]:
        threat = ThreatModel(norm=norm, epsilon=epsilon)
        reached.append(attack(affine, images, labels, threat=threat, keep_going=True).losses[-1])
    assert (torch.stack(reached).diff(dim=0) > 0).all()


@each_norm
def test_epsilon_per_sample_in_a_split_batch(affine, images, labels, norm):
    radii = torch.linspace(0.05, 0.5, 8)
    options = {"steps": 4, "keep_going": True}
    whole = attack(affine, images, labels, threat=ThreatModel(norm=norm, epsilon=radii), **options)
    parts = [
        attack(
            affine,
            images[rows],
            labels[rows],
            threat=ThreatModel(norm=norm, epsilon=radii[rows]),
            first_sample=rows.start,
            **options,
        ).adversarial
        for rows in (slice(0, 3), slice(3, 8))
    ]
    assert torch.equal(whole.adversarial, torch.cat(parts))


@each_norm
def test_start_is_a_random_point_of_the_ball(affine, images, labels, norm):
    seen = []
    options = {"steps": 1, "keep_going": True, "callback": lambda report: seen.append(report)}
    for seed in (1, 1, 2):
        attack(
            affine, images, labels, threat=ThreatModel(norm=norm, epsilon=0.7), seed=seed, **options
        )
    first, again, other = (report.iterate for report in seen[::2])
    assert torch.equal(first, again)
    assert (first != other).flatten(1).any(1).all()
    lengths = size(first - images, norm)
    assert (lengths <= 0.7 * (1 + 1e-12)).all()
    # In 48 dimensions the ball of half the radius holds 2^-48 of the volume.
    assert (lengths > 0.2).all()


@each_norm
def test_epsilon_per_channel_is_rejected(affine, images, labels, norm):
    threat = ThreatModel(norm=norm, epsilon=torch.tensor([[0.1, 0.2, 0.3]]))
    with pytest.raises(ValueError, match=r"epsilon must .*, got one value .* channel.*"):
        attack(affine, images, labels, threat=threat, steps=2)


@each_norm
def test_fgsm_reaches_the_surface_of_the_ball(affine, images, labels, norm):
    threat = ThreatModel(norm=norm, epsilon=0.1, bounds=(-math.inf, math.inf))
    found = attack(affine, images, labels, method="fgsm", threat=threat, keep_going=True)
    torch.testing.assert_close(
        getattr(found, norm), torch.full((8,), 0.1).double(), rtol=1e-4, atol=0
    )
