"""What every method that fits weights promises."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from bystanders import untouched
from torch import nn

from pyfrontiers.uncertainty import (
    Posterior,
    fit_ensemble,
    fit_hmc,
    fit_laplace,
    fit_sgld,
    fit_swag,
    fit_variational,
    predict,
)

G = torch.Generator().manual_seed(0)
X = torch.randn(20, 3, generator=G)
Y = (X[:, 0] > 0).long()

FITS = {
    "ensemble": lambda model, x, y, **more: fit_ensemble(
        lambda: nn.Linear(3, 2), x, y, steps=6, members=3, **more
    ),
    "sgld": lambda model, x, y, **more: fit_sgld(
        model, x, y, step_size=1e-3, steps=30, every=3, batch_size=8, **more
    ),
    "swag": lambda model, x, y, **more: fit_swag(
        model, x, y, steps=12, every=3, batch_size=8, **more
    ),
    "variational": lambda model, x, y, **more: fit_variational(
        model, x, y, steps=6, batch_size=8, **more
    ),
}
OF_A_MODEL = [name for name in FITS if name != "ensemble"]
LIKELIHOODS = {
    "last-layer Laplace": fit_laplace,
    "diagonal Laplace": partial(fit_laplace, structure="diagonal"),
    "hmc": partial(fit_hmc, chains=2, draws=4, warmup=2),
}
ALL = FITS | LIKELIHOODS


def network():
    with torch.random.fork_rng():
        torch.manual_seed(1)
        layers = (nn.Linear(3, 6), nn.Tanh(), nn.Dropout(0.3), nn.Linear(6, 2))
        return nn.Sequential(*layers).train()


@pytest.fixture(scope="module", params=FITS)
def fitted(request):
    """The name of a method and a posterior that it fitted."""
    model = network()
    with untouched(model):
        found = FITS[request.param](model, X, Y, seed=3)
    assert isinstance(found, Posterior)
    return request.param, found


def passes(posterior, samples=12, **more):
    return predict(posterior, X, samples=samples, keep_samples=True, **more).samples


def test_passes_are_a_function_of_seed_and_number(fitted):
    name, posterior = fitted
    whole = passes(posterior, seed=5)
    torch.testing.assert_close(passes(posterior, 4, seed=5), whole[:4], rtol=0, atol=1e-6)
    for first in (1, 7):
        alone = passes(posterior, 1, seed=5, first_sample=first)
        torch.testing.assert_close(alone[0], whole[first], rtol=0, atol=1e-6)
    split = passes(posterior, seed=5, batch_size=3)
    torch.testing.assert_close(split, whole, rtol=0, atol=1e-6)
    if name in ("swag", "variational"):
        assert not torch.allclose(passes(posterior, seed=6), whole)


def test_draws_are_the_same_for_any_number_of_threads(fitted):
    name, posterior = fitted
    if name not in ("swag", "variational"):
        posterior = FITS[name](network(), X, Y, seed=3)  # the draws are made by the fit
    threads = torch.get_num_threads()
    found = []
    for count in (1, 2):
        torch.set_num_threads(count)
        found.append(passes(posterior))
    torch.set_num_threads(threads)
    torch.testing.assert_close(*found, rtol=0, atol=1e-6)


@pytest.mark.parametrize("fit", LIKELIHOODS.values(), ids=LIKELIHOODS)
def test_laplace_and_hmc_draw_the_same_with_any_number_of_threads(fit):
    threads = torch.get_num_threads()
    found = []
    for count in (1, 2):
        torch.set_num_threads(count)
        found.append(passes(fit(network().eval(), X, Y)))
    torch.set_num_threads(threads)
    torch.testing.assert_close(*found, rtol=0, atol=1e-5)


def test_the_same_seed_fits_the_same(fitted):
    name, posterior = fitted
    model = network()
    torch.rand(3)  # the state of torch's generator does not matter
    assert torch.equal(passes(FITS[name](model, X, Y, seed=3)), passes(posterior))
    assert not torch.equal(passes(FITS[name](model, X, Y, seed=4)), passes(posterior))


def test_passes_leave_the_callers_modes_alone(fitted):
    _, posterior = fitted
    with untouched():
        for chunk in posterior.sample(X, 5):
            assert torch.is_grad_enabled()
            assert not chunk.requires_grad


def test_nan_inputs_are_reported(fitted):
    _, posterior = fitted
    x = X.clone()
    x[2] = torch.nan
    with pytest.warns(RuntimeWarning, match="NaN or infinity for 1 of 20 inputs"):
        found = predict(posterior, x, samples=3)
    assert found.mean.isnan().any(1).nonzero().flatten().tolist() == [2]


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
@pytest.mark.parametrize("name", ALL)
def test_inputs_that_are_not_finite_are_refused(name, value):
    x = X.clone()
    x[-1, 0] = value  # beyond the first batch
    message = "x must be finite, got NaN or infinity in 1 of 20 inputs"
    with untouched(), pytest.raises(ValueError, match=message):
        ALL[name](network().eval(), x, Y)


@pytest.mark.parametrize("name", ALL)
def test_inputs_of_another_width_are_refused(name):
    message = r"x must be an input that the model can run on, got a tensor of shape \(\d+, 2\) and "
    with untouched(), pytest.raises(ValueError, match=message + "torch.float32; the model raised"):
        ALL[name](network().eval(), X[:, :2], Y)


@pytest.mark.parametrize("name", ALL)
def test_predictions_for_another_width_are_refused(name):
    found = ALL[name](network().eval(), X, Y)
    with pytest.raises(ValueError, match="x must be an input that the model can run on, got"):
        predict(found, X[:, :2], samples=2)


@pytest.mark.parametrize("name", ALL)
def test_a_posterior_prints_in_one_short_line(name):
    text = repr(ALL[name](network().eval(), X, Y))
    assert "\n" not in text
    assert "tensor(" not in text
    assert len(text) < 300


@pytest.mark.parametrize("name", OF_A_MODEL)
def test_nan_outputs_are_refused(name):
    model = network()
    nn.init.constant_(model[-1].bias, torch.nan)
    with untouched(), pytest.raises(ValueError, match="loss must be a finite scalar, got a tensor"):
        FITS[name](model, X, Y)


@pytest.mark.parametrize("name", FITS)
def test_an_error_leaves_everything_alone(name):
    calls = []

    def failing(outputs, targets):
        calls.append(1)
        if len(calls) > 4:
            raise ArithmeticError("in the loss")
        return outputs.square().mean()

    model = network()
    with untouched(model), pytest.raises(ArithmeticError, match="in the loss"):
        FITS[name](model, X, Y, loss=failing)


@pytest.mark.parametrize("name", FITS)
def test_one_class_under_cross_entropy_is_refused(name):
    one = nn.Linear(3, 1)
    if name == "ensemble":
        with pytest.raises(ValueError, match="loss must be binary_cross_entropy_with_logits"):
            fit_ensemble(lambda: nn.Linear(3, 1), X, Y, steps=2)
    else:
        with pytest.raises(ValueError, match="loss must be binary_cross_entropy_with_logits"):
            FITS[name](one, X, Y)


@pytest.mark.parametrize("name", ["sgld", "variational"])
def test_batch_normalisation_in_training_mode_is_refused(name):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).train()
    message = "model must have no batch normalisation in training mode for fit_.*, got '1'"
    with untouched(model), pytest.raises(ValueError, match=message):
        FITS[name](model, X, Y)
    FITS[name](model.eval(), X, Y)


@pytest.mark.parametrize("name", OF_A_MODEL)
def test_a_model_without_parameters_to_train_is_refused(name):
    model = network().requires_grad_(False)
    with pytest.raises(ValueError, match=r"model must have (parameters that require|a Linear or)"):
        FITS[name](model, X, Y)


@pytest.mark.parametrize("name", OF_A_MODEL)
def test_a_fit_is_independent_of_later_training(name):
    model = network()
    posterior = FITS[name](model, X, Y)
    before = passes(posterior)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    assert torch.equal(passes(posterior), before)


def test_memory_is_bounded_by_chunks():
    posterior = FITS["variational"](network(), X, Y)
    many = X.repeat(8000, 1)  # 160,000 inputs: 480,000 elements, so that two passes do not fit
    sizes = [len(chunk) for chunk in posterior.sample(many, 5)]
    assert sum(sizes) == 5
    assert max(sizes) <= 2
