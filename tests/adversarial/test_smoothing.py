"""Smoothing of gradients is a symmetric, positive definite convolution with a Gaussian."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import ThreatModel, attack
from pyfrontiers.adversarial.smoothing import smoothed


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(0)
    return torch.randn((2, 2, 3, 12, 9), generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("deviation", [0.5, 1.0, 2.3])
def test_an_impulse_becomes_the_gaussian(deviation):
    impulse = torch.zeros((1, 1, 31, 31), dtype=torch.float64)
    impulse[0, 0, 15, 15] = 1.0
    y, x = torch.meshgrid(*[torch.arange(-15.0, 16.0, dtype=torch.float64)] * 2, indexing="ij")
    wanted = torch.exp(-0.5 * (x**2 + y**2) / deviation**2)
    wanted[(x.abs() > math.ceil(3 * deviation)) | (y.abs() > math.ceil(3 * deviation))] = 0.0
    torch.testing.assert_close(smoothed(impulse, deviation)[0, 0], wanted / wanted.sum())


def test_it_is_its_own_adjoint(pair):
    x, y = pair
    torch.testing.assert_close((smoothed(x, 1.3) * y).sum(), (x * smoothed(y, 1.3)).sum())


def test_the_direction_still_ascends(pair):
    for gradient in pair:
        assert (smoothed(gradient, 1.0) * gradient).sum() > 0


def test_zero_leaves_the_gradient(pair):
    assert torch.equal(smoothed(pair[0], 0.0), pair[0])


@pytest.mark.parametrize("cached", [1, 250, 1 << 18])
def test_each_image_is_smoothed_alone(pair, monkeypatch, cached):
    alone = torch.stack([smoothed(image[None], 1.3)[0] for image in pair[0]])
    monkeypatch.setattr("pyfrontiers.adversarial.smoothing._CACHED", cached)
    assert torch.equal(smoothed(pair[0], 1.3), alone)


class Weighted(nn.Module):
    """Two logits that differ by the sum of w x, whose gradient is w."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x):
        z = (x * self.weight).flatten(1).sum(1)
        return torch.stack((torch.zeros_like(z), z), dim=1)


def test_attack_steps_along_the_smoothed_gradient():
    weight = torch.randn((3, 8, 8), generator=torch.Generator().manual_seed(1))
    x = torch.full((1, 3, 8, 8), 0.5)
    found = attack(
        *(Weighted(weight), x, torch.tensor([1])),
        threat=ThreatModel(norm="l2", epsilon=1.0, bounds=None),
        steps=1,
        step=1.0,
        targeted=True,
        keep_going=True,
        random_start=False,
        smoothing=1.0,
    )
    wanted = smoothed(weight[None], 1.0)
    torch.testing.assert_close(found.adversarial - x, wanted / wanted.norm(), atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    ("smoothing", "shape", "text"),
    [
        (-1.0, (1, 3, 8, 8), "smoothing must be"),
        (1.0, (1, 192), "smoothing must be 0 unless x holds images"),
    ],
)
def test_errors(smoothing, shape, text):
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
    with pytest.raises(ValueError, match=text):
        attack(model, torch.rand(shape), torch.tensor([0]), smoothing=smoothing)
