"""HMC over the weights of a network: the density, the stream of passes, the model left alone."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from pyfrontiers.uncertainty import bayesian_regression, fit_hmc, predict, split_r_hat


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def seeded(*layers):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return nn.Sequential(*(make() for make in layers))


def broken():
    model = nn.Linear(1, 1)
    nn.init.constant_(model.bias, torch.nan)
    return model


X = torch.linspace(-1, 1, 9)[:, None]
Y = torch.sin(2 * X)


@pytest.fixture(scope="module")
def linear():
    model = seeded(lambda: nn.Linear(1, 1))
    return fit_hmc(
        model, X, Y, likelihood="regression", noise=0.4, prior_precision=2.0, draws=150, warmup=100
    )


def test_a_linear_model_has_the_exact_posterior(linear):
    features = torch.cat([X, torch.ones_like(X)], 1)
    exact = bayesian_regression(features, Y[:, 0], prior_precision=2.0, noise=0.4)
    mean, variance = exact.moments(features)
    found = predict(linear, X, samples=2400, outputs="values")
    error = (found.mean[:, 0] - mean) / variance.sqrt()
    assert error.abs().max() < 0.15
    torch.testing.assert_close(found.variance[:, 0].double(), variance, rtol=0.2, atol=0)
    assert (split_r_hat(linear.outputs(X)) < 1.03).all()


def test_passes_do_not_depend_on_where_a_stream_begins(linear):
    whole = torch.cat(list(linear.sample(X, 100, seed=5)))
    parts = [
        *linear.sample(X, 7, seed=5),
        *linear.sample(X, 93, seed=5, first_sample=7),
    ]
    assert torch.equal(torch.cat(parts), whole)
    assert not torch.equal(torch.cat(list(linear.sample(X, 100, seed=6))), whole)
    assert whole.dtype == X.dtype


def test_the_first_passes_are_all_draws_once(linear):
    count = len(linear.chains.flat)
    passes = torch.cat(list(linear.sample(X[:1], count))).flatten()
    draws = linear.outputs(X[:1]).flatten().float()
    assert torch.equal(passes.sort().values, draws.sort().values)


def test_a_classifier_is_surer_at_its_data_and_nothing_of_the_model_is_written():
    model = seeded(lambda: nn.Linear(1, 6), nn.Tanh, lambda: nn.Linear(6, 2)).train()
    before = copy.deepcopy(model.state_dict())
    state = torch.get_rng_state()
    y = (X[:, 0] > 0).long()
    posterior = fit_hmc(model, X, y, chains=8, draws=60, warmup=60, prior_precision=0.5)
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    found = predict(posterior, torch.tensor([[-0.9], [0.0], [0.9]]), samples=400)
    assert found.mean[0, 0] > 0.8
    assert found.mean[2, 1] > 0.8
    assert found.entropy[1] > found.entropy[0]


def test_one_logit_is_a_classifier_of_two_classes():
    model, y = seeded(lambda: nn.Linear(1, 1)), (X[:, 0] > 0).long()
    settings = {"chains": 16, "draws": 100, "warmup": 80}
    one = predict(fit_hmc(model, X, y, **settings), X, samples=1600)
    # w of one logit has precision 1; the difference of two logits has half of the precision.
    two = fit_hmc(seeded(lambda: nn.Linear(1, 2)), X, y, prior_precision=2.0, **settings)
    torch.testing.assert_close(
        one.mean[:, 0], predict(two, X, samples=1600).mean[:, 1], rtol=0, atol=0.03
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"noise": 0.0}, "noise must be a number above 0, got 0"),
        ({"prior_precision": -1.0}, "prior_precision must be a number above 0, got -1"),
        ({"y": torch.zeros(9, 2)}, "y must hold floating-point values of shape"),
        ({"y": torch.full((9, 1), torch.nan)}, "y must hold finite values, got NaN"),
        ({"likelihood": "classification", "y": torch.arange(9)}, "y must hold classes from 0 to 1"),
        ({"likelihood": "classification"}, "y must hold classes as integers, got torch.float32"),
        ({"x": torch.full((9, 1), torch.nan)}, "x must be finite, got NaN or infinity"),
        ({"model": broken()}, "model must return finite outputs, got NaN or infinity"),
        ({"model": nn.Flatten()}, "model must have parameters, got none"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    arguments = {"model": nn.Linear(1, 1), "x": X, "y": Y, "likelihood": "regression"}
    with pytest.raises((TypeError, ValueError), match=message):
        fit_hmc(**arguments | given)
