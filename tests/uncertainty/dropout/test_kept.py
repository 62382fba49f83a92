"""Passes compute the prefix once and kept channels only; everything else is as in the model."""

from __future__ import annotations

import collections

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import kept
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks


class Counter:
    """Counts calls; a copy of a module shares it."""

    calls = 0


class Counted(nn.Module):
    """Wraps a module and counts the calls with the inputs of the run."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module, self.counter = module, Counter()

    def forward(self, x):
        self.counter.calls += len(x) == 5
        return self.module(x)


def multiplications(run):
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("kept_channels", [True, False], ids=["kept-channels", "normal"])
def test_the_prefix_is_computed_once(images, kept_channels):
    before, behind = Counted(nn.Conv2d(2, 4, 3)), Counted(nn.Linear(4, 3))
    model = nn.Sequential(
        before, nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(4, 4, 3), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), behind,
    )  # fmt: skip
    mc_dropout(model, images, samples=11, kept_channels=kept_channels)
    assert before.counter.calls == 1
    assert behind.counter.calls >= 11


def test_the_prefix_of_any_module_is_computed_once(residual, images):
    convolutions = collections.Counter()

    class Watched(nn.Conv2d):
        def forward(self, x):
            convolutions[self.out_channels] += len(x) == 5  # a survey uses two
            return super().forward(x)

    residual.stem[0].__class__ = Watched
    residual.body.__class__ = Watched
    residual.body.out_channels = 60
    mc_dropout(residual, images, samples=9)
    # The model modifies the stem's output in place, so the stem must run in every pass ...
    assert convolutions == {6: 9, 60: 9}
    convolutions.clear()
    residual.__class__ = type("Pure", (type(residual),), {"forward": _without_in_place_sum})
    mc_dropout(residual, images, samples=9)
    # ... and runs only once otherwise.
    assert convolutions == {6: 1, 60: 9}


def _without_in_place_sum(self, x):
    h = (self.stem(x) + 1.0).relu()
    h = h + self.drop(self.body(self.drop(h)))
    return self.head(self.units(h.mean((2, 3))))


def test_in_place_writes_after_the_prefix_do_not_change_the_result(residual, images):
    in_place = mc_dropout(residual, images, samples=9)
    residual.__class__ = type("Pure", (type(residual),), {"forward": _without_in_place_sum})
    torch.testing.assert_close(mc_dropout(residual, images, samples=9).mean, in_place.mean)


def test_a_module_that_is_also_a_submodule_is_replayed_correctly(images):
    class Reusing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shared, self.drop = nn.Linear(8, 8), nn.Dropout(0.5)
            self.block = nn.Sequential(self.shared, nn.Tanh())

        def forward(self, x):
            h = self.block(x.mean((1, 2)))
            return self.drop(self.shared(self.shared(h)))

    model = Reusing()
    model.double()
    passes = mc_dropout(
        model, images.double(), samples=6, outputs="values", keep_samples=True
    ).samples
    with torch.no_grad():
        clean = model.eval()(images.double())
    kept = passes != 0
    torch.testing.assert_close(passes[kept], (2 * clean).expand_as(passes)[kept])


def test_dropped_channels_are_not_multiplied(images):
    model = nn.Sequential(
        nn.Conv2d(2, 10, 3), nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(10, 12, 3), nn.ReLU(),
        nn.Dropout2d(0.4), nn.Flatten(), nn.Linear(12 * 16, 5),
    ).eval()  # fmt: skip
    masks, samples = DrawnMasks(9), 20
    first = masks.kept(0, (10,), 0.5, 0, samples).sum(1).tolist()
    second = masks.kept(1, (12,), 0.4, 0, samples).sum(1).tolist()
    n, prefix = len(images), 36 * 2 * 10 * 9
    # A pass that keeps no channel computes with zeros; these passes all keep some.
    assert min(first + second) > 0
    expected = n * prefix + sum(
        n * (16 * a * b * 9 + b * 16 * 5) for a, b in zip(first, second, strict=True)
    )
    skipping = multiplications(
        lambda: mc_dropout(model, images, samples=samples, seed=9, kept_channels=True)
    )
    assert skipping == expected
    everything = multiplications(
        lambda: mc_dropout(model, images, samples=samples, seed=9, kept_channels=False)
    )
    assert everything >= n * (prefix + samples * (16 * 10 * 12 * 9 + 12 * 16 * 5))


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv2d(2, 4, 3), nn.Dropout(0.5), nn.Conv2d(4, 4, 3), nn.Flatten()],
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.Sigmoid(), nn.Conv2d(4, 4, 3), nn.Flatten()],
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.Conv2d(4, 4, 3, groups=2), nn.Flatten()],
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3),
         nn.Flatten()],
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.Linear(6, 4), nn.Flatten()],
        [nn.Flatten(), nn.Linear(128, 5), nn.Dropout(0.5)],
        [nn.Flatten(), nn.Dropout(0.5), nn.LayerNorm(128), nn.Linear(128, 5)],
        [nn.Flatten(1, 2), nn.Dropout1d(0.5), nn.Flatten(), nn.Unflatten(1, (2, 64)), nn.Flatten(),
         nn.Linear(128, 5)],
    ],
    ids=["elements", "sigmoid", "groups", "norm-behind", "linear-on-width", "at-the-end",
         "layer-norm", "unflatten"],
)  # fmt: skip
def test_models_whose_channels_cannot_be_skipped_run_normally(layers, images):
    model = nn.Sequential(*layers).eval()
    run = mc_dropout(model, images, samples=12, outputs="values")
    assert not run.kept_channels
    assert (run.variance.amax(0) > 0).any()
    with pytest.raises(ValueError, match="kept_channels must be None or False unless the model"):
        mc_dropout(model, images, samples=2, kept_channels=True)


def test_subclasses_of_layers_are_called_as_a_whole(images):
    class Doubled(nn.Linear):
        def forward(self, x):
            return 2 * super().forward(x)

    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), Doubled(128, 3)).eval()
    run = mc_dropout(model, images, samples=400, outputs="values")
    assert not run.kept_channels
    with torch.no_grad():
        clean = model(images)
    assert ((run.mean - clean).abs() < 6 * (run.variance / 400).sqrt()).all()


def _convolutional_model(*last):
    return nn.Sequential(
        nn.Conv2d(2, 8, 3), nn.ReLU(), nn.Dropout2d(0.5), nn.MaxPool2d(2), nn.Conv2d(8, 6, 2),
        nn.ReLU(), *last,
    ).eval()  # fmt: skip


def test_user_modules_get_contiguous_images(images):
    class Viewing(nn.Module):
        def forward(self, x):
            return x.view(len(x), -1)  # raises for channels-last images

    custom = _convolutional_model(Viewing())
    plain = _convolutional_model(nn.Flatten())
    plain.load_state_dict(dict(zip(plain.state_dict(), custom.state_dict().values(), strict=True)))
    runs = [
        mc_dropout(model, images, samples=9, kept_channels=True).mean for model in (custom, plain)
    ]
    torch.testing.assert_close(*runs)


def test_torch_modules_get_channels_last_images(images, monkeypatch):
    layouts = []
    convolve = kept.conv2d_on_kept

    def watched(x, *args, **kwargs):
        layouts.append(x.is_contiguous(memory_format=torch.channels_last))
        return convolve(x, *args, **kwargs)

    monkeypatch.setattr(kept, "conv2d_on_kept", watched)
    mc_dropout(_convolutional_model(nn.Flatten()), images, samples=3, kept_channels=True)
    assert layouts == [True] * 3


@pytest.mark.parametrize("p", [0.9, 1.0])
def test_passes_that_keep_no_channel_compute_with_zeros(images, p):
    model = _convolutional_model(nn.Flatten()).double()
    expected = mc_dropout(model, images.double(), samples=40, p=p, kept_channels=False)
    skipping = mc_dropout(model, images.double(), samples=40, p=p, kept_channels=True)
    torch.testing.assert_close(skipping.mean, expected.mean)
    torch.testing.assert_close(skipping.variance, expected.variance)
