"""Dropped channels are skipped in the graph of any model, which leaves the passes unchanged."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from convolutional import Block, ResNet, UNet, with_statistics
from torch import nn

from pyfrontiers.kernels.gather import conv2d_on_kept
from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import few_pixels, graph_demands, graph_steps, plan
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks


class Wide(nn.Module):
    """Activations that keep zeros but no factors, pooling, a second dropout and features."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 16, 3), nn.Conv2d(16, 12, 3, stride=2, dilation=2)
        self.c, self.first, self.second = nn.Conv2d(12, 8, 3), nn.Dropout2d(0.5), nn.Dropout2d(0.3)
        self.features, self.head = nn.Dropout(0.4), nn.Linear(8, 5)

    def forward(self, x):
        h = F.gelu(self.first(torch.tanh(self.a(x))))
        h = F.avg_pool2d(self.second(torch.sigmoid(self.b(h))), 2)
        h = F.adaptive_avg_pool2d(F.relu(self.c(h)), 1).flatten(1)
        return self.head(self.features(h))


class Pixels(nn.Module):
    """Dropout of elements, and of channels that are added, next to channels that are skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = (nn.Conv2d(i, 8, 3, padding=1) for i in (3, 8, 8))
        self.elements, self.channels = nn.Dropout(0.5), nn.Dropout2d(0.5)
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        h = self.elements(self.a(x).relu())
        once = self.channels(self.b(h))
        return self.head(
            torch.cat((once, F.interpolate(self.channels(h + once), scale_factor=1.0)), 1)
        )


MODELS = {
    "ResNet": lambda: ResNet((6, 10), p=0.4),
    "U-Net": lambda: UNet(4),
    "activations": Wide,
    "elements": Pixels,
    "inactive": lambda: nn.Sequential(Block(3, 8, 2, nn.Dropout2d(0.0)), ResNet((8,), inputs=8)),
}


@pytest.fixture(params=MODELS, ids=str)
def model(request, monkeypatch):
    monkeypatch.setattr(graph_demands, "_PACKING", 0.0)  # skip channels in small layers too
    return with_statistics(MODELS[request.param])


@pytest.fixture
def x():
    return torch.randn(3, 3, 24, 24, generator=torch.Generator().manual_seed(4))


def both(model, x, **arguments):
    """Return the run that skips channels and the one that multiplies by the masks."""
    return [
        mc_dropout(model, x, outputs="values", keep_samples=True, kept_channels=kept, **arguments)
        for kept in (None, False)
    ]


def test_passes_are_those_of_the_model_with_masks(model, x):
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    before = x.clone()
    skipping, masked = both(model, x, samples=5, seed=2)
    assert skipping.kept_channels
    assert not masked.kept_channels
    torch.testing.assert_close(skipping.samples, masked.samples, rtol=1e-4, atol=1e-4)
    assert (masked.samples.std(0) > 0).any()
    assert torch.equal(x, before)
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("p", [0.05, 0.9, 1.0])
def test_passes_with_few_or_no_kept_channels(model, x, p):
    skipping, masked = both(model.double(), x.double(), samples=4, p=p)
    torch.testing.assert_close(skipping.samples, masked.samples)


def test_splitting_and_continuing_a_run_does_not_change_the_passes(model, x):
    whole = mc_dropout(model, x, samples=5, outputs="values", keep_samples=True).samples
    split = mc_dropout(
        model, x, samples=3, first_sample=2, batch_size=2, outputs="values", keep_samples=True
    ).samples
    torch.testing.assert_close(split, whole[2:], rtol=1e-4, atol=1e-4)


def test_few_pixels_are_convolved_by_a_matrix_product(model, x, monkeypatch):
    expected = both(model, x, samples=3)[1].samples
    monkeypatch.setattr(few_pixels, "_CHANNELS", 1)
    monkeypatch.setattr(few_pixels, "_PIXELS", 1 << 20)
    found = both(model, x, samples=3)[0].samples
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_dropped_channels_are_not_multiplied(x, monkeypatch):
    monkeypatch.setattr(graph_demands, "_PACKING", 0.0)
    counts = []

    def watched(h, weight, bias, inputs, outputs, *geometry):
        counts.append([None if each is None else len(each) for each in (inputs, outputs)])
        return conv2d_on_kept(h, weight, bias, inputs, outputs, *geometry)

    monkeypatch.setattr(graph_steps, "conv2d_on_kept", watched)
    mc_dropout(with_statistics(lambda: ResNet((16,))), x, samples=2, seed=5)
    first, second = (DrawnMasks(5).kept(layer, (16,), 0.5, 0, 2).sum(1) for layer in (0, 1))
    expected = [
        call
        for one, other in zip(first.tolist(), second.tolist(), strict=True)
        # The first block's first convolution is computed once.
        for call in ([one, None], [None, other], [other, None])
    ]
    assert counts == expected


class Deciding(nn.Module):
    """A data-dependent branch."""

    def forward(self, x):
        return x if x.mean() > 0 else -x


class Typed(nn.Module):
    """Does something else for anything but a tensor."""

    def forward(self, x):
        return x if isinstance(x, torch.Tensor) else x * 3.0


class Writing(nn.Module):
    """Writes to its input, which is used again."""

    def forward(self, x):
        h = x.mul_(2.0)
        return h + x


class Mixing(nn.Module):
    """Mixes the inputs of the batch."""

    def forward(self, x):
        return x - x.mean(0)


@pytest.mark.parametrize("kind", [Deciding, Typed, Writing, Mixing])
def test_models_whose_graph_is_not_all_run_normally(kind, x, monkeypatch):
    monkeypatch.setattr(graph_demands, "_PACKING", 0.0)
    model = with_statistics(
        lambda: nn.Sequential(
            Block(3, 8, 2, nn.Dropout2d(0.5)), kind(), Block(8, 8, 1, nn.Dropout2d())
        )
    )
    skipping, masked = both(model, x, samples=3)
    assert not skipping.kept_channels
    assert torch.equal(skipping.samples, masked.samples)


def test_hooks_are_called(x, monkeypatch):
    monkeypatch.setattr(graph_demands, "_PACKING", 0.0)
    model, seen = with_statistics(MODELS["ResNet"]), []
    model.blocks[1].register_forward_hook(lambda *_: seen.append(1))
    assert not mc_dropout(model, x, samples=3).kept_channels
    assert len(seen) >= 3


def test_channels_are_skipped_where_that_pays(x):
    little = plan(with_statistics(MODELS["ResNet"]), x[:1], p=0.01)
    assert little.way == "pass by pass"
    assert "costs more than it saves" in little.reason
    much = plan(with_statistics(lambda: ResNet((32, 32))), x)
    assert much.way == "kept channels"
    assert much.reason.startswith("for 4 of 4 dropouts")


def test_autocast_runs_the_model_itself(x):
    model = with_statistics(lambda: ResNet((32, 32)))
    with torch.autocast("cpu"):
        assert plan(model, x).way == "pass by pass"
