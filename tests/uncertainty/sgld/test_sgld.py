"""SGLD: the moments of the chain against closed forms, and its settings."""

from __future__ import annotations

import pytest
import torch
from linear_gaussian import PRECISION, exact, linear, negative_log_likelihood, regressions
from torch import nn

from pyfrontiers.uncertainty import fit_sgld, predict

OUTPUTS = 64  # independent regressions, each with a chain of its own
X, Y = regressions(OUTPUTS)


def chain(**changes):
    settings = {"step_size": 0.25, "steps": 600, "burn_in": 50, "every": 5, "decay": 0.0}
    return fit_sgld(
        linear(OUTPUTS), X, Y, loss=negative_log_likelihood, prior_precision=PRECISION,
        **{**settings, **changes},
    )  # fmt: skip


def along_eigenvectors(weights, precision):
    values, vectors = torch.linalg.eigh(precision)
    return values, (weights @ vectors)


def test_moments_are_the_posteriors_with_the_bias_of_the_step():
    found = chain().weights["weight"]
    mean, precision = exact(X, Y)
    assert found.shape == (110, OUTPUTS, 2)
    # The mean over 110 draws has a standard deviation of at most 0.1; 64 x 2 of them are averaged.
    assert (found.mean(0) - mean).abs().max() < 0.5
    assert (found.mean(0) - mean).mean().abs() < 0.05
    values, turned = along_eigenvectors(found - mean, precision)
    biased = 1 / (values * (1 - 0.25 * values / 4))
    # About 5,000 independent squares: a standard deviation of 2 % .
    torch.testing.assert_close(turned.square().mean((0, 1)), biased, rtol=0.1, atol=0)
    assert ((turned.square().mean((0, 1)) - 1 / values).abs() > 0.1 / values)[1]


def test_a_decaying_step_loses_the_bias():
    found = chain(decay=1.0, offset=60, steps=1500, burn_in=500).weights["weight"]
    mean, precision = exact(X, Y)
    values, turned = along_eigenvectors(found - mean, precision)
    torch.testing.assert_close(turned.square().mean((0, 1)), 1 / values, rtol=0.15, atol=0)


def test_a_preconditioned_chain_has_about_the_same_moments():
    found = chain(preconditioned=True, step_size=0.02, steps=1200, burn_in=300, every=10)
    mean, precision = exact(X, Y)
    values, turned = along_eigenvectors(found.weights["weight"] - mean, precision)
    torch.testing.assert_close(turned.square().mean((0, 1)), 1 / values, rtol=0.25, atol=0)


def test_predictive_variance_is_that_of_the_draws():
    found = chain(steps=100)
    drawn = found.weights["weight"]
    prediction = predict(found, X, samples=len(drawn), outputs="values")
    expected = torch.einsum("tkd,nd->tnk", drawn, X)
    torch.testing.assert_close(prediction.mean, expected.mean(0))
    torch.testing.assert_close(prediction.variance, expected.var(0, correction=0))


def test_burn_in_and_thinning_choose_among_the_same_steps():
    whole = chain(steps=60, burn_in=0, every=5).weights["weight"]
    rest = chain(steps=60, burn_in=20, every=10).weights["weight"]
    assert len(whole) == 12
    assert torch.equal(rest, whole[5::2])


def test_frozen_parameters_stay():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, OUTPUTS))
    model[0].requires_grad_(False)
    found = fit_sgld(model, X, Y, step_size=1e-3, steps=20, loss=negative_log_likelihood)
    assert list(found.weights) == ["1.weight", "1.bias"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step_size": 0.0}, "step_size must be above 0, got 0.0"),
        ({"step_size": 5.0}, "step_size must be small enough for prior_precision=1 .* finite, got"),
        ({"burn_in": 600}, "steps must be at least burn_in . every = 610 for one draw, got 600"),
        ({"prior_precision": -1.0}, "prior_precision must be at least 0, got -1.0"),
        ({"decay": 2.0}, "decay must be a number from 0 to 1, got 2.0"),
    ],
)
def test_wrong_settings_are_refused(changes, message):
    settings = {"step_size": 0.1, "steps": 600, "decay": 0.0, "loss": negative_log_likelihood}
    with pytest.raises(ValueError, match=message):
        fit_sgld(linear(OUTPUTS), X, Y, **{**settings, **changes})
