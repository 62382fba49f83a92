"""Passes apply the seed's masks in any style of writing dropout, and leave the model unchanged."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from perceptrons import STYLES, P, layers

from pyfrontiers.uncertainty import inspect_pass, mc_dropout
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks

SAMPLES, SEED = 6, 3


def image(value):
    return value.copy() if isinstance(value, dict | list) else value


def snapshot(model, x):
    """Return all state of a model that a run could change."""
    modules = [
        (
            name,
            id(module),
            {key: (id(value), image(value)) for key, value in vars(module).items()},
            {key: (id(value), value.clone()) for key, value in module._buffers.items()},
            {key: (id(value), value.clone(), value.requires_grad, value.grad)
             for key, value in module._parameters.items() if value is not None},
        )
        for name, module in model.named_modules()
    ]  # fmt: skip
    return modules, x.clone(), torch.get_rng_state()


def same(one, other):
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one is other or type(one) is type(other)  # ids are compared as integers


def by_hand(model, x):
    """Return the passes (T, N, 3) with the masks applied by hand."""
    (weight, bias), (behind, offset) = layers(model)
    h = F.linear(x, weight, bias).relu()
    masks = DrawnMasks(SEED).kept(0, (16,), P, 0, SAMPLES)
    return torch.stack([F.linear(h * mask / (1 - P), behind, offset) for mask in masks])


@pytest.fixture(params=STYLES, ids=str)
def model(request):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return STYLES[request.param]()


@pytest.fixture
def x():
    return torch.randn(4, 8, generator=torch.Generator().manual_seed(2))


def test_passes_equal_those_with_the_masks_set_by_hand(model, x):
    expected, before = by_hand(model, x), snapshot(model, x)
    run = mc_dropout(model, x, samples=SAMPLES, seed=SEED, outputs="values", keep_samples=True)
    torch.testing.assert_close(run.samples, expected, rtol=0, atol=2e-6)
    after = snapshot(model, x)
    assert same(before, after)
    assert [ids(m) for m in before[0]] == [ids(m) for m in after[0]]


def ids(module):
    return [value[0] for part in module[2:] for value in part.values()]


def test_an_inspected_pass_shows_the_mask(model, x):
    opened = inspect_pass(model, x, sample=2, seed=SEED)
    assert len(opened.layers) == 1
    kept = DrawnMasks(SEED).kept(0, (16,), P, 2, 1)[0]
    assert torch.equal(opened.layers[0].kept, kept)
    assert (opened.layers[0].output[:, ~kept] == 0).all()


@pytest.mark.parametrize("size", [1, 3])
def test_splitting_the_batch_does_not_change_the_passes(model, x, size):
    whole, split = (
        mc_dropout(model, x, samples=4, seed=1, outputs="values", batch_size=each).mean
        for each in (None, size)
    )
    torch.testing.assert_close(whole, split, rtol=0, atol=2e-6)
