"""The losses are likelihoods whose best variance has a closed form."""

import math

import pytest
import torch

from pyfrontiers.depth import best_log_variance, negative_log_likelihood

KINDS = ("gaussian", "laplace")


def _outputs(seed=0):
    draws = torch.Generator().manual_seed(seed)
    outputs = torch.randn(2, 2, 3, 4, generator=draws, dtype=torch.float64)
    target = torch.randn(2, 3, 4, generator=draws, dtype=torch.float64)
    return outputs, target


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    outputs, target = _outputs()
    target[0, 1, 2] = math.nan
    outputs.requires_grad_()

    def loss(out):
        return negative_log_likelihood(out, target, likelihood=kind)

    assert torch.autograd.gradcheck(loss, (outputs,))
    (gradient,) = torch.autograd.grad(loss(outputs), outputs)
    assert not gradient[0, :, 1, 2].any()
    assert gradient[1].all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spread", [-3.0, 0.0, 1.5])
def test_loss_is_that_of_the_distribution_with_the_predicted_variance(kind, spread):
    y = torch.linspace(-5, 5, 11, dtype=torch.float64)
    outputs = torch.tensor([0.3, spread], dtype=torch.float64)[None, :, None].expand(11, 2, 1)
    scale = outputs[0, 1].exp().sqrt()
    if kind == "gaussian":
        known = torch.distributions.Normal(outputs[0, 0], scale)
    else:
        known = torch.distributions.Laplace(outputs[0, 0], scale / math.sqrt(2))
    assert math.isclose(known.variance.item(), math.exp(spread), rel_tol=1e-12)
    loss = negative_log_likelihood(outputs, y[:, None], likelihood=kind)
    assert math.isclose(loss.item(), -known.log_prob(y).mean().item(), rel_tol=1e-12)


@pytest.mark.parametrize(("kind", "beta"), [("laplace", 0.5), ("gaussian", 1.0)])
def test_weights_by_variance_give_the_mean_the_gradient_of_its_error(kind, beta):
    outputs, target = _outputs()
    target[1, 0, 0] = math.nan
    outputs.requires_grad_()
    loss = negative_log_likelihood(outputs, target, likelihood=kind, beta=beta)
    (gradient,) = torch.autograd.grad(loss, outputs)
    error = (outputs[:, 0] - target).detach()
    expected = error.sign() if kind == "laplace" else error
    ratio = (gradient[:, 0] / expected)[~target.isnan()]
    assert torch.allclose(ratio, ratio[:1].expand_as(ratio))
    assert ratio[0] > 0
    assert not gradient[1, :, 0, 0].any()


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_constants_with_mean_one(kind):
    outputs, target = _outputs()
    target[0, 0, 1] = math.nan
    outputs.requires_grad_()
    plain, weighted = (
        torch.autograd.grad(
            negative_log_likelihood(outputs, target, likelihood=kind, beta=beta), outputs
        )[0]
        for beta in (0.0, 0.5)
    )
    weights = torch.where(target.isnan(), torch.nan, (outputs[:, 1].detach() / 2).exp())
    weights = (weights / weights.nanmean()).nan_to_num(0.0)
    assert torch.allclose(weighted, weights[:, None] * plain)


@pytest.mark.parametrize("kind", KINDS)
def test_best_variance_is_the_minimum(kind):
    errors = torch.tensor([0.1, -0.7, 2.0, 0.0, -1.3], dtype=torch.float64)
    best = best_log_variance(errors, likelihood=kind)

    def loss(spread):
        outputs = torch.stack([torch.zeros(5, dtype=torch.float64), spread.expand(5)])[None]
        return negative_log_likelihood(outputs, errors[None], likelihood=kind)

    at = best.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(at), at)
    assert abs(float(slope)) < 1e-12
    for step in (-0.1, 0.1):
        assert loss(best + step) > loss(best)


def test_errors_are_told():
    outputs, target = _outputs()
    with pytest.raises(ValueError, match=r"target must have shape \(2, 3, 4\)"):
        negative_log_likelihood(outputs, target[:1].expand(2, 3, 4)[..., :2])
    with pytest.raises(ValueError, match="target must have a measured pixel"):
        negative_log_likelihood(outputs, torch.full_like(target, math.nan))
    with pytest.raises(ValueError, match="target must be finite or NaN, got infinity in 24"):
        negative_log_likelihood(outputs, torch.full_like(target, math.inf))
    with pytest.raises(ValueError, match="errors must differ from 0"):
        best_log_variance(torch.zeros(3))
