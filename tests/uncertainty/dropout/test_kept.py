"""What is computed: the prefix once, kept channels only, the rest as the model says."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import kept
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks


class Counted(nn.Module):
    """Passes its input through a module and counts the calls."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module, self.calls = module, 0

    def forward(self, x):
        self.calls += 1
        return self.module(x)


def multiplications(run):
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("leave_out", [True, False], ids=["kept-channels", "as-it-is"])
def test_the_prefix_is_computed_once(images, leave_out):
    before, behind = Counted(nn.Conv2d(2, 4, 3)), Counted(nn.Linear(4, 3))
    model = nn.Sequential(
        before, nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(4, 4, 3), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), behind,
    )  # fmt: skip
    mc_dropout(model, images, samples=11, kept_channels=leave_out)
    assert before.calls == 1
    assert behind.calls >= 11


def test_the_prefix_of_any_module_is_computed_once(residual, images):
    convolutions = Counter()

    class Watched(nn.Conv2d):
        def forward(self, x):
            convolutions[self.out_channels] += 1
            return super().forward(x)

    residual.stem[0].__class__ = Watched
    residual.body.__class__ = Watched
    residual.body.out_channels = 60
    mc_dropout(residual, images, samples=9)
    # The stem's output is written in place behind it, so it is computed anew, and rightly so ...
    assert convolutions == {6: 10, 60: 10}
    convolutions.clear()
    residual.__class__ = type("Pure", (type(residual),), {"forward": _without_writing})
    mc_dropout(residual, images, samples=9)
    # ... and once where it is not; the extra pass looks whether a dropout fires.
    assert convolutions == {6: 1, 60: 10}


def _without_writing(self, x):
    h = (self.stem(x) + 1.0).relu()
    h = h + self.drop(self.body(self.drop(h)))
    return self.head(self.units(h.mean((2, 3))))


def test_writing_in_place_behind_the_prefix_changes_nothing(residual, images):
    written = mc_dropout(residual, images, samples=9)
    residual.__class__ = type("Pure", (type(residual),), {"forward": _without_writing})
    torch.testing.assert_close(mc_dropout(residual, images, samples=9).mean, written.mean)


def test_a_module_used_before_and_inside_another_is_replayed_in_its_place(images):
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
    # A pass that keeps nothing computes with zeros; there is none among these.
    assert min(first + second) > 0
    wanted = n * prefix + sum(
        n * (16 * a * b * 9 + b * 16 * 5) for a, b in zip(first, second, strict=True)
    )
    left_out = multiplications(
        lambda: mc_dropout(model, images, samples=samples, seed=9, kept_channels=True)
    )
    assert left_out == wanted
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
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.Dropout2d(0.5), nn.Conv2d(4, 4, 3),
         nn.Flatten()],
        [nn.Conv2d(2, 4, 3), nn.Dropout2d(0.5), nn.Linear(6, 4), nn.Flatten()],
        [nn.Flatten(), nn.Linear(128, 5), nn.Dropout(0.5)],
        [nn.Flatten(), nn.Dropout(0.5), nn.LayerNorm(128), nn.Linear(128, 5)],
        [nn.Flatten(1, 2), nn.Dropout1d(0.5), nn.Flatten(), nn.Unflatten(1, (2, 64)), nn.Flatten(),
         nn.Linear(128, 5)],
    ],
    ids=["elements", "sigmoid", "groups", "norm-behind", "twice", "linear-on-width", "at-the-end",
         "layer-norm", "unflatten"],
)  # fmt: skip
def test_where_channels_cannot_be_left_out_the_model_runs_as_it_is(layers, images):
    model = nn.Sequential(*layers).eval()
    run = mc_dropout(model, images, samples=12, outputs="values")
    assert not run.kept_channels
    assert (run.variance.amax(0) > 0).any()
    with pytest.raises(
        ValueError, match="kept_channels is True, but the model is not a Sequential"
    ):
        mc_dropout(model, images, samples=2, kept_channels=True)


def test_a_subclass_of_a_layer_is_called_and_not_taken_apart(images):
    class Doubled(nn.Linear):
        def forward(self, x):
            return 2 * super().forward(x)

    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), Doubled(128, 3)).eval()
    run = mc_dropout(model, images, samples=400, outputs="values")
    assert not run.kept_channels
    with torch.no_grad():
        clean = model(images)
    assert ((run.mean - clean).abs() < 6 * (run.variance / 400).sqrt()).all()


def _a_convolutional_model(*behind):
    return nn.Sequential(
        nn.Conv2d(2, 8, 3), nn.ReLU(), nn.Dropout2d(0.5), nn.MaxPool2d(2), nn.Conv2d(8, 6, 2),
        nn.ReLU(), *behind,
    ).eval()  # fmt: skip


def test_a_module_of_the_users_sees_images_in_the_ordinary_layout(images):
    class Viewing(nn.Module):
        def forward(self, x):
            return x.view(len(x), -1)  # refused for channels last

    theirs = _a_convolutional_model(Viewing())
    ours = _a_convolutional_model(nn.Flatten())
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    runs = [
        mc_dropout(model, images, samples=9, kept_channels=True).mean for model in (theirs, ours)
    ]
    torch.testing.assert_close(*runs)


def test_torch_s_own_modules_get_them_channels_last(images, monkeypatch):
    layouts = []
    convolve = kept.conv2d_on_kept

    def watched(x, *args, **kwargs):
        layouts.append(x.is_contiguous(memory_format=torch.channels_last))
        return convolve(x, *args, **kwargs)

    monkeypatch.setattr(kept, "conv2d_on_kept", watched)
    mc_dropout(_a_convolutional_model(nn.Flatten()), images, samples=3, kept_channels=True)
    assert layouts == [True] * 3


@pytest.mark.parametrize("p", [0.9, 1.0])
def test_a_pass_that_keeps_no_channel_is_that_of_zeros(images, p):
    model = _a_convolutional_model(nn.Flatten()).double()
    wanted = mc_dropout(model, images.double(), samples=40, p=p, kept_channels=False)
    left_out = mc_dropout(model, images.double(), samples=40, p=p, kept_channels=True)
    torch.testing.assert_close(left_out.mean, wanted.mean)
    torch.testing.assert_close(left_out.variance, wanted.variance)
