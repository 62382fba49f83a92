"""Memory formats, autocast and element types do not change which units are dropped."""

from __future__ import annotations

import pytest
import torch
from architectures import ARCHITECTURES
from torch import nn

from pyfrontiers.uncertainty import inspect_passes, mc_dropout
from pyfrontiers.uncertainty.dropout import convert


def run(model, x, **arguments):
    return mc_dropout(model, x, samples=4, seed=3, outputs="values", keep_samples=True, **arguments)


@pytest.mark.parametrize("name", ["residual", "convolutional"])
def test_channels_last_gives_the_same_passes(name, images, request):
    model = request.getfixturevalue(name)
    expected = run(model, images).samples
    last = images.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(run(model, last).samples, expected)
    model = model.to(memory_format=torch.channels_last)
    torch.testing.assert_close(run(model, last).samples, expected)
    assert last.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("name", ["residual", "convolutional", "tiny"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_autocast_samples_the_same_masks(name, dtype, images, request):
    model = request.getfixturevalue(name)
    expected = run(model, images).samples
    with torch.autocast("cpu", dtype=dtype):
        found = run(model, images).samples
        masks = inspect_passes(model, images, samples=4, seed=3)
    torch.testing.assert_close(found.float(), expected, rtol=0.1, atol=0.1)
    for one, other in zip(masks, inspect_passes(model, images, samples=4, seed=3), strict=True):
        for layer, same in zip(one.layers, other.layers, strict=True):
            assert torch.equal(layer.kept, same.kept)


@pytest.mark.parametrize("name", ["residual", "convolutional"])
def test_gradients_under_autocast_are_those_of_float32(name, images, request):
    model, x = request.getfixturevalue(name), images.clone().requires_grad_()
    found = []
    for enabled in (False, True):
        with torch.autocast("cpu", enabled=enabled):
            prediction = run(model, x, differentiable=True)
        found += torch.autograd.grad(prediction.mean.square().sum(), x)
    assert found[1].dtype == torch.float32
    assert (found[0] - found[1]).norm() < 0.05 * found[0].norm()
    assert not torch.equal(*found)


def test_backward_pass_repeats_the_autocast_of_the_forward_pass(images):
    seen = []

    class Watched(nn.Linear):
        def forward(self, x):
            seen.append(super().forward(x))
            return seen[-1]

    model = nn.Sequential(nn.Flatten(), nn.Linear(128, 6), nn.Dropout(0.5), Watched(6, 3))
    x = images.clone().requires_grad_()
    with torch.autocast("cpu"):
        prediction = run(model, x, differentiable=True)
    forward = len(seen)
    prediction.mean.sum().backward()
    assert len(seen) > forward > 0
    assert {each.dtype for each in seen} == {torch.bfloat16}


@pytest.mark.parametrize("name", ["LSTM", "GRU, both directions", "F.scaled_dot_product_attention"])
def test_autocast_samples_dropout_inside_layers(name):
    make, shape, _ = ARCHITECTURES[name]
    torch.manual_seed(0)
    model, x = make(), torch.randn(2, *shape)
    expected = run(model, x).samples
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = run(model, x).samples
    torch.testing.assert_close(found.float(), expected, rtol=0.1, atol=0.1)
    assert found.std(0).max() > 0


def test_half_precision_models_convert(images, tiny):
    model = tiny.to(torch.bfloat16)
    one, other = (run(each, images.bfloat16()) for each in (model, convert(model)))
    assert torch.equal(one.samples, other.samples)
    assert one.samples.dtype == one.mean.dtype == torch.float32
