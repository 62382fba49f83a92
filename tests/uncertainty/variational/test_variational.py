"""Mean-field variational inference: layers, KL term, and the fit against the exact optimum."""

from __future__ import annotations

import functools

import pytest
import torch
from linear_gaussian import PRECISION, exact, linear, negative_log_likelihood, regressions
from torch import nn
from torch.distributions import Normal
from torch.distributions import kl_divergence as kl

from pyfrontiers.uncertainty import fit_variational
from pyfrontiers.uncertainty.variational import VariationalLayer, convert, kl_divergence

OUTPUTS = 32
X, Y = regressions(OUTPUTS)


def test_the_optimum_has_the_exact_mean_and_the_conditional_variance():
    """For a Gaussian posterior with precision A the mean-field optimum has variances 1 / A_ii."""
    found = fit_variational(
        linear(OUTPUTS), X, Y, loss=negative_log_likelihood, prior_precision=PRECISION, steps=700,
        sigma=0.3, optimiser=functools.partial(torch.optim.Adam, lr=0.02),
    )  # fmt: skip
    mean, precision = exact(X, Y)
    error = found.means["weight"] - mean
    assert error.abs().mean() < 0.06
    assert error.mean().abs() < 0.03
    variance = found.sigmas["weight"].square().mean(0)
    torch.testing.assert_close(variance, 1 / precision.diagonal(), rtol=0.08, atol=0)
    marginal = torch.linalg.inv(precision).diagonal()
    assert (variance < 0.95 * marginal).all(), "mean field underestimates marginal variances"


LAYERS = {
    "linear": (lambda: nn.Linear(6, 3), (6,)),
    "no bias": (lambda: nn.Linear(6, 3, bias=False), (6,)),
    "conv": (lambda: nn.Conv2d(2, 4, 3, padding=1, groups=2), (2, 5, 5)),
    "reflected": (lambda: nn.Conv1d(2, 3, 3, padding=1, padding_mode="reflect"), (2, 6)),
}


@pytest.mark.parametrize(("make", "shape"), LAYERS.values(), ids=LAYERS)
def test_activations_have_the_moments_of_drawn_weights(make, shape):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = VariationalLayer(make(), sigma=0.2).train()
        x = torch.randn(1, *shape)
        drawn = layer(x.expand(4000, *shape)).detach()
    mean = layer.layer(x)
    draws = []
    for number in range(1500):
        g = torch.Generator().manual_seed(number)
        weights = {
            name: p + 0.2 * torch.randn(p.shape, generator=g)
            for name, p in layer.layer.named_parameters()
        }
        draws.append(torch.func.functional_call(layer.layer, weights, (x,))[0].detach())
    by_weights = torch.stack(draws)
    error = drawn.var(0) / by_weights.var(0) - 1
    assert error.abs().max() < 6 * (2 / 1500 + 2 / 4000) ** 0.5
    torch.testing.assert_close(drawn.mean(0), mean[0], rtol=0, atol=6 * float(drawn.std()) / 60)
    assert torch.equal(layer.eval()(x), mean)


def test_kl_term_is_that_of_normal_distributions():
    model = convert(nn.Sequential(nn.Linear(3, 4), nn.Conv1d(4, 2, 1)), sigma=0.3)
    prior = Normal(0.0, 4.0**-0.5)
    means = [p for name, p in model.named_parameters() if "rho" not in name]
    expected = sum(kl(Normal(mean, 0.3), prior).sum() for mean in means)
    torch.testing.assert_close(kl_divergence(model, prior_precision=4.0), expected)


def test_conversion_keeps_the_function_and_the_model():
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, nn.ReLU(), shared, nn.LayerNorm(4), nn.Linear(4, 2)).train()
    x = torch.rand(3, 4)
    converted = convert(model)
    torch.testing.assert_close(converted(x), model(x))
    assert converted[0] is converted[2]
    assert type(model[0]) is nn.Linear
    assert model.training
    assert isinstance(convert(nn.Linear(2, 2)), VariationalLayer)


def test_frozen_layers_are_not_converted():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, OUTPUTS))
    model[0].requires_grad_(False)
    found = fit_variational(model, X, Y, steps=5, loss=negative_log_likelihood)
    assert list(found.sigmas) == ["1.weight", "1.bias"]
    assert torch.equal(found.means["0.weight"], model[0].weight)


def test_initial_sigma():
    layer = VariationalLayer(nn.Linear(2, 2), sigma=0.07)
    for sigma in layer.sigmas().values():
        torch.testing.assert_close(sigma, torch.full_like(sigma, 0.07))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: convert(nn.ReLU()), ValueError, "model must have a Linear or Conv layer to conve"),
        (lambda: convert(nn.Linear(2, 2), sigma=0.0), ValueError, "sigma must be above 0, got 0.0"),
        (lambda: VariationalLayer(nn.ReLU()), TypeError, "layer must be a Linear, Conv1d, Conv2d "),
        (lambda: kl_divergence(nn.ReLU()), ValueError, "model must have variational layers, got a"),
        (
            lambda: kl_divergence(convert(nn.Linear(2, 2)), prior_precision=0.0),
            ValueError,
            "prior_precision must be above 0, got 0.0",
        ),
        (
            lambda: fit_variational(linear(4), X, Y[:, :4], steps=2, prior_precision=0.0),
            ValueError,
            "prior_precision must be above 0, got 0.0",
        ),
    ],
)
def test_wrong_arguments_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
