"""Dropout inside recurrent layers, attention, transformers and weights, against passes by hand."""

from __future__ import annotations

import pytest
import torch
from architectures import ARCHITECTURES

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks

SAMPLES, SEED = 3, 8


class Masks:
    """The scaled masks of one pass."""

    def __init__(self, sample):
        self.source, self.sample = DrawnMasks(SEED), sample

    def __call__(self, number, shape, p):
        return self.source.kept(number, tuple(shape), p, self.sample, 1)[0] / (1 - p)

    def generator(self, number):
        return self.source.generator(number, self.sample, torch.device("cpu"))


@pytest.fixture(params=ARCHITECTURES, ids=str)
def case(request):
    make, shape, by_hand = ARCHITECTURES[request.param]
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return make(), torch.randn(3, *shape), by_hand


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_passes_equal_those_by_hand(case, training):
    model, x, by_hand = case
    model.train(training)
    flags = [module.training for module in model.modules()]
    state = torch.get_rng_state()
    run = mc_dropout(model, x, samples=SAMPLES, seed=SEED, outputs="values", keep_samples=True)
    assert [module.training for module in model.modules()] == flags
    assert torch.equal(torch.get_rng_state(), state)
    with torch.no_grad():
        for sample in range(SAMPLES):
            expected = by_hand(model, x, Masks(sample))
            torch.testing.assert_close(run.samples[sample], expected, rtol=0, atol=3e-6)


# Bounds of the logarithm of a ratio of two variances: five standard deviations or more.
@pytest.mark.parametrize(
    ("samples", "bound"),
    [(160, 0.8), pytest.param(400, 0.5, marks=pytest.mark.slow("draws more passes"))],
)
def test_variance_matches_the_textbook_loop(case, samples, bound):
    model, x, _ = case
    ours = mc_dropout(model, x, samples=samples, outputs="values").variance
    model.train()
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(1)
        theirs = torch.stack([model(x) for _ in range(samples)]).var(0)
    assert (theirs / ours).log().abs().max() < bound


def test_splitting_the_batch_does_not_change_the_passes(case, request):
    model, x, _ = case
    if "stochastic depth" in request.node.name or "noise" in request.node.name:
        x = x[:1]  # drawn for each input of a batch
    whole, split = (
        mc_dropout(model, x, samples=4, seed=1, outputs="values", batch_size=size).mean
        for size in (None, 2)
    )
    torch.testing.assert_close(whole, split, rtol=0, atol=3e-6)
