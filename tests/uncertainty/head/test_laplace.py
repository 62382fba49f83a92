"""The optimum, the low-rank covariance and the draws of a Bayesian head."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.uncertainty import Posterior, predict
from pyfrontiers.uncertainty.head import fit_head, laplace
from pyfrontiers.uncertainty.head.newton import maximise_posterior

PRECISION = 1 / laplace.PRIOR_VARIANCE


def log_posterior(weights, phi, labels):
    log_p = (phi @ weights).log_softmax(1)
    fit = log_p[torch.arange(len(labels)), labels].sum()
    return fit - PRECISION / 2 * weights.square().sum()


def test_gradient_vanishes_at_the_optimum(taught):
    features, labels = taught
    head = fit_head(features, labels)
    weights = (head.basis @ head.mean).requires_grad_()
    (gradient,) = torch.autograd.grad(
        log_posterior(weights, head.inputs(features), labels), weights
    )
    assert gradient.abs().max() < 1e-9
    # A prior this wide separates the examples; the optimum is far from the start.
    assert weights.abs().max() > 0.05


@pytest.mark.parametrize("scale", [0.1, 6.0, 1000.0])
def test_newton_converges_for_any_scale(taught, scale):
    features, labels = taught
    head = fit_head(features, labels, scale=scale)
    assert head.steps < 60
    assert torch.equal((head.inputs(features) @ head.basis @ head.mean).argmax(1), labels)


def test_low_rank_covariance_equals_the_full_one(taught, strangers):
    features, labels = taught
    head = fit_head(features, labels)
    phi = head.inputs(features)
    assert head.basis.shape == (41, 9)
    weights = head.basis @ head.mean
    hessian = torch.func.hessian(lambda w: -log_posterior(w, phi, labels))(weights)
    size = weights.numel()
    full = torch.linalg.inv(hessian.reshape(size, size)).reshape(*weights.shape, *weights.shape)
    shown = head.inputs(strangers)
    expected = torch.einsum("nd,dkel,ne->nkl", shown, full, shown)
    mean, covariance = head.logits(strangers)
    torch.testing.assert_close(covariance, expected, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(mean, shown @ weights, rtol=1e-9, atol=1e-9)


def test_more_examples_than_features_need_no_basis():
    features = torch.rand(60, 4, generator=torch.Generator().manual_seed(0)) + 0.1
    labels = (features[:, 0] > features[:, 1]).long()
    head = fit_head(features, labels)
    weights = head.mean.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(
        log_posterior(weights, head.inputs(features), labels), weights
    )
    assert gradient.abs().max() < 1e-9
    assert head.basis.shape == (5, 5)


def test_draws_have_the_moments_of_the_gaussian(taught, strangers):
    head = fit_head(*taught)
    # The logits of examples are strongly correlated: only their differences are known.
    shown = torch.cat([strangers, taught[0][::3]])
    mean, covariance = head.logits(shown)
    draws = torch.cat(list(head.sample(shown, 20_000, seed=1))).double()
    error = (draws.mean(0) - mean).abs() / (covariance.diagonal(dim1=1, dim2=2) / 20_000).sqrt()
    assert error.max() < 4.5  # 21 normal numbers: a false alarm in 7,000 runs
    for row in range(len(shown)):
        # A covariance of n draws has a standard deviation of at most sqrt(2 / n) variances.
        allowed = 5 * float(covariance[row].diagonal().max()) * (2 / 20_000) ** 0.5
        torch.testing.assert_close(
            torch.cov(draws[:, row].T), covariance[row], rtol=0.0, atol=allowed
        )


def test_drawn_heads_have_the_same_distribution_as_drawn_logits(taught, strangers):
    head = fit_head(*taught)
    mean, covariance = head.logits(strangers)
    logits = head.inputs(strangers) @ head.weights(4000, seed=3)
    spread = covariance.diagonal(dim1=1, dim2=2)
    error = (logits.mean(0) - mean).abs() / (spread / 4000).sqrt()
    assert error.max() < 4.5
    torch.testing.assert_close(logits.var(0), spread, rtol=0.12, atol=0.0)


def test_same_seed_gives_same_draws_for_any_chunk_and_batch(taught, strangers, monkeypatch):
    head = fit_head(*taught)
    whole = torch.cat(list(head.sample(strangers, 50, seed=7)))
    monkeypatch.setattr(laplace, "_CHUNK", 40)
    chunks = list(head.sample(strangers, 50, seed=7))
    assert len(chunks) > 10
    assert torch.equal(torch.cat(chunks), whole)
    later = torch.cat(list(head.sample(strangers, 20, seed=7, first_sample=30)))
    assert torch.equal(later, whole[30:])
    alone = torch.cat(list(head.sample(strangers[2:3], 50, seed=7)))
    torch.testing.assert_close(alone, whole[:, 2:3])
    assert not torch.equal(torch.cat(list(head.sample(strangers, 50, seed=8))), whole)
    assert torch.equal(head.weights(5, seed=2)[3:], head.weights(2, seed=2, first_sample=3))


def test_strangers_are_doubted_more_than_examples(taught, strangers):
    head = fit_head(*taught)
    known = predict(head, taught[0], samples=2000)
    strange = predict(head, strangers, samples=2000)
    assert known.mutual_information.max() < strange.mutual_information.min()
    assert torch.equal(known.mean.argmax(1), taught[1])


def test_head_is_a_posterior_and_leaves_its_input_alone(taught, strangers):
    head = fit_head(*taught)
    assert isinstance(head, Posterior)
    before = strangers.clone()
    found = predict(head, strangers, samples=10)
    torch.testing.assert_close(found.mean.sum(1), torch.ones(4))
    assert torch.equal(strangers, before)


def test_wrong_examples_get_a_sentence(taught):
    features, labels = taught
    with pytest.raises(ValueError, match="labels must name at least two classes, got only class 0"):
        fit_head(features[:3], labels[:3])
    with pytest.raises(ValueError, match="two classes, got only class 0; give examples"):
        fit_head(features[:1], labels[:1])
    with pytest.raises(ValueError, match="labels must be from 0 to 1, got 0 to 2"):
        fit_head(features, labels, classes=2)
    with pytest.raises(ValueError, match="labels must be from 0 to 2, got -1 to 2"):
        fit_head(features, labels.where(labels > 0, -1))
    with pytest.raises(ValueError, match="scale must be above 0, got 0"):
        fit_head(features, labels, scale=0.0)
    with pytest.raises(ValueError, match="features must be finite, got NaN"):
        fit_head(features.where(features < 1, torch.nan), labels)
    with pytest.raises(ValueError, match=r"features must have shape \(N, 40\) like the examples"):
        fit_head(features, labels).logits(features[:, :5])
    with pytest.raises(TypeError, match="labels must be an integer tensor"):
        fit_head(features, labels.float())


def test_too_many_coordinates_are_refused():
    with pytest.raises(ValueError, match="at most 8,192 coordinates, got 5000 x 2"):
        maximise_posterior(torch.zeros(1, 5000), torch.tensor([[1.0, 0.0]]), 1.0)


def test_equal_examples_can_be_taught(strangers):
    head = fit_head(strangers[:1].repeat(4, 1), torch.tensor([0, 0, 1, 1]))
    found = predict(head, strangers[:1], samples=100)
    torch.testing.assert_close(found.mean, torch.full((1, 2), 0.5), atol=0.1, rtol=0)
