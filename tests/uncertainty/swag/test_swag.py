"""SWAG: the trajectory on a quadratic, the covariance of the draws, batch normalisation."""

from __future__ import annotations

import functools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.uncertainty import fit_swag, predict
from pyfrontiers.uncertainty.networks import Network
from pyfrontiers.uncertainty.swag import SWAG
from pyfrontiers.uncertainty.swag.trajectory import Trajectory

OUTPUTS = 64


class Constant(nn.Module):
    """Predicts the same values for every input."""

    def __init__(self, start):
        super().__init__()
        self.value = nn.Parameter(start.clone())

    def forward(self, x):
        return self.value.expand(len(x), -1)


def half_square(outputs, targets):
    return 0.5 * (outputs - targets).square().sum(1).mean()


def test_variance_on_a_quadratic_is_that_of_stationary_sgd():
    """Rate e on w^2 / 2 and gradient noise of variance c give the variance e c / (2 - e)."""
    rate, batch = 0.2, 16
    y = torch.randn(4096, OUTPUTS, generator=torch.Generator().manual_seed(0))
    found = fit_swag(
        Constant(y.mean(0)), torch.zeros(len(y), 1), y, steps=1200, every=6, rank=20,
        loss=half_square, optimiser=functools.partial(torch.optim.SGD, lr=rate), batch_size=batch,
    )  # fmt: skip
    expected = rate * (1 / batch) / (2 - rate)
    # 200 nearly independent draws of 64 weights: a standard deviation of about 1.5 %.
    assert float(found.variance.mean()) == pytest.approx(expected, rel=0.1)
    assert (found.mean - y.mean(0)).abs().max() < 5 * (expected / 80) ** 0.5
    diagonal = found.variance / 2 + found.deviations.square().sum(0) / (2 * 19)
    assert float(diagonal.mean()) == pytest.approx(expected, rel=0.15)


def test_moments_are_those_of_the_trajectory():
    vectors = torch.randn(9, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    trajectory = Trajectory(3)
    for vector in vectors:
        trajectory.add(vector)
    mean, variance, deviations = trajectory.moments()
    torch.testing.assert_close(mean, vectors.mean(0))
    torch.testing.assert_close(variance, vectors.var(0, correction=0))
    running = vectors.cumsum(0) / torch.arange(1, 10)[:, None]
    torch.testing.assert_close(deviations, (vectors - running)[-3:])


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_covariance_of_the_draws(scale):
    g = torch.Generator().manual_seed(2)
    mean, variance = torch.randn(3, generator=g), torch.rand(3, generator=g)
    deviations = torch.randn(4, 3, generator=g)
    network = Network(nn.Linear(3, 1, bias=False))
    swag = SWAG(mean, variance, deviations, scale, ("weight",), network)
    draws = torch.stack([swag.vector(0, s) for s in range(3000)])
    expected = scale * (torch.diag(variance) / 2 + deviations.T @ deviations / 6)
    error = torch.cov(draws.T) - expected
    spread = (expected.diagonal()[:, None] * expected.diagonal() + expected.square()) / 3000
    assert (error.abs() < 5 * spread.sqrt()).all()
    assert (draws.mean(0) - mean).abs().max() < 5 * float(expected.diagonal().max() / 3000) ** 0.5


def test_statistics_of_batch_normalisation_are_computed_again():
    g = torch.Generator().manual_seed(3)
    x, y = torch.randn(40, 3, generator=g), torch.randint(0, 2, (40,), generator=g)
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 2))
    found = fit_swag(model, x, y, steps=20, every=5, batch_size=40)
    weights = found.weights(7, 0)
    hidden = F.linear(x, weights["0.weight"], weights["0.bias"])
    torch.testing.assert_close(weights["1.running_mean"], hidden.mean(0))
    torch.testing.assert_close(weights["1.running_var"], hidden.var(0))
    normal = F.batch_norm(
        hidden, hidden.mean(0), hidden.var(0), weights["1.weight"], weights["1.bias"]
    )
    logits = F.linear(normal, weights["2.weight"], weights["2.bias"])
    sample = predict(found, x, samples=1, seed=7, keep_samples=True).samples[0]
    torch.testing.assert_close(sample, logits.softmax(1))


def test_the_mean_alone_with_scale_zero():
    x, y = torch.rand(8, 2), torch.arange(8) % 2
    found = fit_swag(nn.Linear(2, 2), x, y, steps=6, every=2, scale=0)
    prediction = predict(found, x, samples=3)
    assert prediction.variance.max() == 0


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        (nn.Linear(2, 2), {"every": 3}, r"steps must be at least 2 \* every = 6 for two vectors"),
        (
            nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, track_running_stats=False)),
            {},
            "model must have batch normalisation with track_running_stats=True .*, got '1' without",
        ),
        (
            nn.Linear(2, 2),
            {"optimiser": functools.partial(torch.optim.SGD, lr=1e30), "loss": half_square},
            "optimiser must have a rate at which weights stay finite, got mean with NaN",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(model, changes, message):
    x, y = torch.rand(8, 2), torch.arange(8) % 2
    y = torch.rand(8, 2) if "loss" in changes else y
    with pytest.raises(ValueError, match=message):
        fit_swag(model, x, y, **{"steps": 4, "every": 1, **changes})
