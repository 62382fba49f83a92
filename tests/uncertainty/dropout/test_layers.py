"""The dropout layer and inspected passes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.uncertainty import MCDropout, inspect_pass, inspect_passes, mc_dropout
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks, keep_scale
from pyfrontiers.uncertainty.dropout.replay import Replay
from pyfrontiers.uncertainty.dropout.survey import survey


def test_masks_repeat_when_the_sample_number_is_reset():
    layer, x = MCDropout(0.5, seed=4).train(), torch.ones(3, 50)
    first, second = layer(x), layer(x)
    assert not torch.equal(first, second)
    layer.sample = 0
    assert torch.equal(layer(x), first)
    assert torch.equal(layer.eval()(x), x)


def test_whole_channels_are_dropped_or_scaled():
    layer = MCDropout(0.25, granularity="channel", seed=1).train()
    out = layer(torch.ones(40, 30, 4, 5))
    flat = out.flatten(2)
    assert torch.equal(flat.amin(2), flat.amax(2))
    torch.testing.assert_close(out.unique(), torch.tensor([0.0, 1 / 0.75]))
    # Binomial(1200, 0.75): six standard deviations are 90.
    assert abs(int((flat.amax(2) > 0).sum()) - 900) < 90


def test_the_gradient_uses_the_same_mask():
    layer, x = MCDropout(0.5, seed=2).train(), torch.ones(8, 8, requires_grad=True)
    out = layer(x)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"p": -0.1}, r"p must be a number from 0 to 1, got -0.1"),
        ({"p": float("nan")}, r"p must be a number from 0 to 1, got nan"),
        ({"granularity": "row"}, "granularity must be 'element' or 'channel', got 'row'"),
    ],
    ids=["negative", "nan", "granularity"],
)
def test_invalid_layers_are_rejected(arguments, message):
    with pytest.raises(ValueError, match=message):
        MCDropout(**arguments)


def test_layers_of_equal_shape_drop_different_units():
    masks = DrawnMasks(0)
    first, second = (masks.kept(layer, (64,), 0.5, 0, 50) for layer in (0, 1))
    # Binomial(3200, 1/2): six standard deviations are 170.
    assert abs(int((first == second).sum()) - 1600) < 170


@pytest.mark.parametrize("p", [0.1, 0.25, 0.37, 0.5, 0.9])
def test_the_scale_equals_that_of_the_kernel(p):
    from pyfrontiers.kernels import dropout

    drawn = dropout(torch.ones(4096, dtype=torch.float64), p, seed=0)
    assert drawn.max() == pytest.approx(keep_scale(p), rel=1e-12)
    assert keep_scale(1.0) == 0.0


def test_an_inspected_pass_equals_the_pass_of_the_run(sequential, residual, images):
    for model in (sequential, residual):
        run = mc_dropout(model, images, samples=6, seed=3, outputs="values", keep_samples=True)
        for sample in (0, 5):
            inspected = inspect_pass(model, images, sample=sample, seed=3)
            torch.testing.assert_close(inspected.output, run.samples[sample])


def test_inspecting_many_passes_equals_inspecting_each(convolutional, residual, images):
    for model in (convolutional, residual):
        together = inspect_passes(model, images, samples=3, first_sample=4, seed=2)
        assert [opened.sample for opened in together] == [4, 5, 6]
        for opened in together:
            layers: list = []
            with torch.no_grad():
                replay = Replay(
                    model, images, survey(model, images), DrawnMasks(2), None,
                    lambda *seen, to=layers: to.append(seen),
                )  # fmt: skip
                output = replay.one_pass(opened.sample)
            torch.testing.assert_close(opened.output, output)
            for layer, (name, kept, masked) in zip(opened.layers, layers, strict=True):
                assert layer.name == name
                assert torch.equal(layer.kept, kept)
                torch.testing.assert_close(layer.output, masked)
    with pytest.raises(ValueError, match="samples must be an integer of at least 1, got 0"):
        inspect_passes(residual, images, samples=0)


def test_a_module_that_occurs_twice_in_a_sequential_runs_twice(images):
    shared = nn.Dropout(0.5)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(128, 8), shared, nn.Linear(8, 8), shared, nn.Linear(8, 2)
    )
    plain = mc_dropout(model, images, samples=9, kept_channels=False)
    assert torch.allclose(plain.mean, mc_dropout(model, images, samples=9).mean, atol=1e-6)
    assert len(inspect_pass(model, images, sample=0).layers) == 2


def test_an_inspected_pass_has_the_masks_of_the_run(convolutional, images):
    opened = inspect_pass(convolutional, images, sample=2, seed=7)
    assert [layer.name for layer in opened.layers] == ["2", "7"]
    for layer in opened.layers:
        assert layer.kept.shape == layer.output.shape[1:2]
        assert (layer.output[:, ~layer.kept] == 0).all()
    masks = DrawnMasks(7)
    assert torch.equal(opened.layers[0].kept, masks.kept(0, (8,), 0.5, 2, 1)[0])
    assert torch.equal(opened.layers[1].kept, masks.kept(1, (6,), 0.25, 2, 1)[0])


def test_inspecting_a_model_without_dropout_is_rejected(images):
    with pytest.raises(ValueError, match="model must have an active dropout layer, got none"):
        inspect_pass(nn.Sequential(nn.Flatten(), nn.Linear(128, 2)), images, sample=0)
