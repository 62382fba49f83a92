"""Gradients of the prediction equal those through the stack of all passes."""

from __future__ import annotations

import pytest
import torch
from architectures import ARCHITECTURES
from figure_gradients import FIGURES, gradients, loss, stacked_figures
from torch import nn

from pyfrontiers.uncertainty import inspect_passes, mc_dropout
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks

SAMPLES, SEED = 5, 8


class Masks:
    """The scaled masks of one pass."""

    def __init__(self, sample):
        self.source, self.sample = DrawnMasks(SEED), sample

    def __call__(self, number, shape, p):
        return self.source.kept(number, tuple(shape), p, self.sample, 1)[0] / (1 - p)

    def generator(self, number):
        return self.source.generator(number, self.sample, torch.device("cpu"))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_gradients_equal_those_through_the_passes_by_hand(name):
    make, shape, by_hand = ARCHITECTURES[name]
    torch.manual_seed(5)
    model, x = make(), torch.randn(3, *shape, requires_grad=True)
    passes = [by_hand(model, x, Masks(sample)) for sample in range(SAMPLES)]
    expected = gradients(loss(stacked_figures(torch.stack(passes), "values")), model, x)
    run = mc_dropout(model, x, samples=SAMPLES, seed=SEED, outputs="values", differentiable=True)
    found = gradients(loss(run), model, x)
    torch.testing.assert_close(found[0], expected[0], rtol=1e-5, atol=1e-5)
    for one, other in zip(found, expected, strict=True):
        if other is not None:  # recurrent layers by hand copy their weights
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def by_inspection(model, x, kind, samples=SAMPLES):
    """Return the passes with autograd's graph: each dropout multiplies by its inspected mask."""
    passes = []
    for opened in inspect_passes(model, x.detach(), samples=samples, seed=SEED):
        masks, handles, training = iter(opened.layers), [], model.training
        by_name = dict(model.named_modules())
        queues = {}
        for layer in masks:
            queues.setdefault(layer.name, []).append(layer.kept)
        for layer, kept in queues.items():
            handles.append(by_name[layer].register_forward_hook(_masking(kept)))
        passes.append(model.eval()(x))
        model.train(training)
        for handle in handles:
            handle.remove()
    return torch.stack(passes)


def _masking(queue):
    queue = list(queue)

    def hook(module, inputs, output):
        kept = queue.pop(0)
        kept = kept.reshape(*kept.shape, *([1] * (output.ndim - 1 - kept.ndim)))
        return output * kept / (1 - module.p)

    return hook


@pytest.mark.parametrize("kept_channels", [None, True], ids=["fastest", "kept channels"])
def test_gradients_of_chains_equal_autograd(sequential, images, kept_channels):
    x = images.clone().requires_grad_()
    stacked = stacked_figures(by_inspection(sequential, x, "logits"))
    expected = gradients(loss(stacked), sequential, x)
    run = mc_dropout(
        sequential, x, samples=SAMPLES, seed=SEED, kept_channels=kept_channels, differentiable=True
    )
    for name in FIGURES:
        torch.testing.assert_close(getattr(run, name), stacked[name], rtol=1e-5, atol=1e-6)
    for one, other in zip(gradients(loss(run), sequential, x), expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("batch_size", [None, 2])
def test_gradients_of_a_residual_network_equal_autograd(residual, images, batch_size):
    x = images.clone().requires_grad_()
    expected = gradients(loss(stacked_figures(by_inspection(residual, x, "logits"))), residual, x)
    run = mc_dropout(
        residual, x, samples=SAMPLES, seed=SEED, batch_size=batch_size, differentiable=True
    )
    for one, other in zip(gradients(loss(run), residual, x), expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_gradients_of_a_binary_classifier(tiny, images, shape):
    binary = nn.Sequential(*list(tiny)[:-1], nn.Linear(4, 1))
    if shape == (3,):
        binary.append(nn.Flatten(0))
    x = images[:3].clone().requires_grad_()
    assert mc_dropout(binary, x, samples=2).mean.shape == shape
    z = by_inspection(binary, x, "logits").reshape(SAMPLES, 3)
    two = stacked_figures(torch.stack((torch.zeros_like(z), z), 2))
    two["mean"], two["variance"] = (two[name][:, 1] for name in ("mean", "variance"))
    expected = gradients(loss(two), binary, x)
    run = mc_dropout(binary, x, samples=SAMPLES, seed=SEED, differentiable=True)
    for one, other in zip(gradients(loss(run), binary, x), expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_figures_are_those_of_an_ordinary_run_and_repeat_by_seed(residual, images):
    x = images.clone().requires_grad_()
    plain = mc_dropout(residual, images, samples=4, seed=3)
    runs = [mc_dropout(residual, x, samples=4, seed=3, differentiable=True) for _ in range(2)]
    found = [gradients(loss(run), residual, x) for run in runs]
    for name in FIGURES:
        assert torch.equal(getattr(runs[0], name).detach(), getattr(plain, name))
    assert all(map(torch.equal, *found))
