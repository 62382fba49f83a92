"""Dropout and ensemble heads, and the measures of doubt."""

from __future__ import annotations

import math

import pytest
import torch

from pyfrontiers.uncertainty import Posterior
from pyfrontiers.uncertainty.head import (
    doubt,
    fit_dropout_head,
    fit_ensemble_head,
    fit_head,
    fit_hmc_head,
)

FITS = {
    "laplace": fit_head,
    "hmc": fit_hmc_head,
    "dropout": fit_dropout_head,
    "ensemble": fit_ensemble_head,
}


@pytest.fixture(params=FITS)
def fit(request):
    return FITS[request.param]


def test_every_head_learns_its_examples_and_gives_probabilities(fit, taught, strangers):
    head = fit(*taught)
    assert isinstance(head, Posterior)
    found = doubt(head, taught[0], samples=200)
    assert torch.equal(found.probabilities.argmax(1), taught[1])
    sums = doubt(head, strangers, samples=200).samples.sum(2)
    torch.testing.assert_close(sums, torch.ones(200, 4))


@pytest.mark.parametrize("fit", [fit_dropout_head, fit_ensemble_head])
def test_training_and_passes_are_functions_of_the_seed(fit, taught, strangers):
    state = torch.get_rng_state()
    head, same, other = fit(*taught, seed=1), fit(*taught, seed=1), fit(*taught, seed=2)
    assert torch.equal(head.weights, same.weights)
    assert not torch.equal(head.weights, other.weights)
    whole = torch.cat(list(head.sample(strangers, 150, seed=5)))
    later = torch.cat(list(head.sample(strangers, 50, seed=5, first_sample=100)))
    torch.testing.assert_close(later, whole[100:])
    alone = torch.cat(list(head.sample(strangers[1:2], 150, seed=5)))
    torch.testing.assert_close(alone, whole[:, 1:2])
    assert torch.equal(torch.get_rng_state(), state)


def test_passes_are_the_same_for_any_number_of_threads(fit, taught, strangers):
    head, found = fit(*taught), []
    for count in (1, 2):
        torch.set_num_threads(count)  # the fixture of this folder restores it
        found.append(torch.cat(list(head.sample(strangers, 70))))
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-4)


def test_mean_of_dropout_passes_is_the_head_without_dropout(taught, strangers):
    head = fit_dropout_head(*taught, p=0.3)
    passes = torch.cat(list(head.sample(strangers, 20_000))).double()
    plain = head.inputs(strangers)[:, :-1] @ head.weights.double() + head.bias
    spread = passes.std(0) / math.sqrt(20_000)
    assert ((passes.mean(0) - plain).abs() < 4.5 * spread).all()
    assert (spread > 0).all()


def test_nothing_dropped_gives_no_disagreement(taught, strangers):
    found = doubt(fit_dropout_head(*taught, p=0.0), strangers, samples=50)
    assert torch.equal(found.mutual_information, torch.zeros(4))


def test_everything_dropped_is_refused(taught):
    with pytest.raises(ValueError, match="p must be below 1, because nothing is kept at 1, got 1"):
        fit_dropout_head(*taught, p=1.0)


def test_members_are_trained_as_if_alone(taught, strangers):
    together = fit_ensemble_head(*taught, members=5, seed=3)
    fewer = fit_ensemble_head(*taught, members=2, seed=3)
    torch.testing.assert_close(together.weights[:2], fewer.weights, rtol=1e-3, atol=1e-3)
    passes = torch.cat(list(together.sample(strangers, 12)))
    assert torch.equal(passes[:5], passes[5:10])


def test_measures_of_doubt_follow_their_definitions(taught, strangers):
    head = fit_head(*taught)
    found = doubt(head, strangers, samples=500, seed=4)
    logits = torch.cat(list(head.sample(strangers, 500, seed=4)))
    p = logits.softmax(2)
    torch.testing.assert_close(found.samples, p)
    mean = p.mean(0)
    torch.testing.assert_close(found.probabilities, mean)
    entropy = torch.special.entr(mean).sum(1)
    torch.testing.assert_close(found.entropy, entropy)
    apart = entropy - torch.special.entr(p).sum(2).mean(0)
    torch.testing.assert_close(found.mutual_information, apart, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.remainder, 1 - mean.max(1).values)
    torch.testing.assert_close(found.energy, -logits.mean(0).logsumexp(1))
    assert list(found.measures) == [
        "mutual information",
        "maximum probability",
        "entropy",
        "energy",
    ]
