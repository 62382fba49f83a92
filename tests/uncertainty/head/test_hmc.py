"""A head drawn by HMC: the exact posterior where a grid gives it, the prior outside the span."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.uncertainty import grid_posterior
from pyfrontiers.uncertainty.head import doubt, fit_head, fit_hmc_head
from pyfrontiers.uncertainty.head.span import PRIOR_VARIANCE, divided

SIZES = {"chains": 24, "draws": 200, "warmup": 60}


@pytest.fixture(scope="module")
def pair():
    """One example of each of two classes: the span has two dimensions."""
    return torch.tensor([[2.0, 0.3, 0.1], [0.2, 1.5, 0.4]]), torch.tensor([0, 1])


def test_probabilities_are_those_of_the_grid(pair):
    """Only the difference of the classes' weights counts; its prior variance is twice theirs."""
    features, labels = pair
    head = fit_hmc_head(features, labels, scale=2.0, **SIZES)
    z, outside = divided(head.inputs(features), head.basis)
    assert z.shape == (2, 2)
    assert outside.max() < 1e-9

    def log_density(difference):
        fit = torch.nn.functional.logsigmoid(difference @ z.T * torch.tensor([1.0, -1.0]))
        return fit.sum(1) - difference.square().sum(1) / (4 * PRIOR_VARIANCE)

    exact = grid_posterior(log_density, reach=6.0, points=301)
    axis = torch.linspace(-6, 6, 301, dtype=torch.float64)
    cells = torch.cartesian_prod(axis, axis)
    wanted = exact.probabilities.flatten() @ (cells @ z.T).sigmoid()
    found = doubt(head, features, samples=len(head.draws)).probabilities[:, 0].double()
    assert (found - wanted).abs().max() < 0.012  # four standard errors of 3,000 draws
    gaussian = doubt(fit_head(features, labels, scale=2.0), features, samples=20_000)
    assert (gaussian.probabilities[:, 0] - wanted).abs().max() > 0.012


def test_weights_outside_the_span_have_their_prior(pair):
    head = fit_hmc_head(*pair, **SIZES)
    stranger = torch.tensor([[0.1, 0.2, 3.0]])
    z, outside = divided(head.inputs(stranger), head.basis)
    logits = torch.cat(list(head.sample(stranger, 20_000, seed=1)))[:, 0].double()
    within = (z @ head.draws)[:, 0].var(0, correction=0)
    wanted = within + PRIOR_VARIANCE * outside
    assert outside > 1
    torch.testing.assert_close(logits.var(0), wanted, rtol=0.05, atol=0)


def test_chains_mix_on_the_examples(taught):
    chains = fit_hmc_head(*taught).chains
    assert float(chains.r_hat().max()) < 1.08
    assert float(chains.effective_samples().min()) > 200
    assert chains.divergences == 0
    assert 0.6 < chains.acceptance < 0.99


def test_passes_are_a_function_of_seed_and_number(taught, strangers):
    state = torch.get_rng_state()
    head = fit_hmc_head(*taught, draws=8, seed=1)
    assert torch.equal(head.draws, fit_hmc_head(*taught, draws=8, seed=1).draws)
    assert not torch.equal(head.draws, fit_hmc_head(*taught, draws=8, seed=2).draws)
    whole = torch.cat(list(head.sample(strangers, 300, seed=5)))
    later = torch.cat(list(head.sample(strangers, 200, seed=5, first_sample=100)))
    assert torch.equal(later, whole[100:])
    alone = torch.cat(list(head.sample(strangers[1:2], 300, seed=5)))
    torch.testing.assert_close(alone, whole[:, 1:2])
    assert not torch.equal(torch.cat(list(head.sample(strangers, 300, seed=6))), whole)
    assert torch.equal(torch.get_rng_state(), state)


def test_wrong_arguments_get_a_sentence(taught):
    features, labels = taught
    with pytest.raises(ValueError, match="labels must name at least two classes, got only class 0"):
        fit_hmc_head(features[:3], labels[:3])
    with pytest.raises(ValueError, match="features must be finite, got NaN"):
        fit_hmc_head(features.where(features < 1, torch.nan), labels)
    with pytest.raises(ValueError, match="chains must be an integer from 2 to 4,096, got 1"):
        fit_hmc_head(features, labels, chains=1)
