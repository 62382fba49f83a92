"""A plan says how passes are computed, and the cost model chooses by shape alone."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from architectures import ARCHITECTURES
from torch import nn

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import costs, plan


def chain(width, p=0.5):
    return nn.Sequential(
        nn.Conv2d(2, width, 3, padding=1), nn.ReLU(), nn.Dropout2d(p), nn.MaxPool2d(2),
        nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Dropout2d(p), nn.Flatten(),
        nn.Linear(width * 16, 3),
    ).eval()  # fmt: skip


def test_plan_of_a_small_chain(images):
    found = plan(chain(4), images, samples=20)
    assert found.way == "stacked batch"
    assert (found.prefix, found.draws, found.first_draw) == (("0", "1"), ("2", "6"), "2")
    assert (found.inputs, found.passes, found.chunk, found.stacked) == (5, 20, 20, 20)
    assert not mc_dropout(chain(4), images, samples=2).kept_channels
    text = str(found)
    assert text.startswith("20 passes of 5 inputs: stacked batch, because the cost model expects ")
    assert "Computed once: 0, 1.\nDrawn in each pass: 2, 6; the first is 2.\n" in text
    assert "20 passes are one batch of 100." in text
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.way = "kept channels"


def test_plan_of_a_large_chain(images):
    x = images.repeat(40, 1, 1, 1)
    found = plan(chain(32), x, samples=3)
    assert (found.way, found.stacked) == ("kept channels", 1)
    assert "us with a stacked batch" in found.reason
    assert mc_dropout(chain(32), x, samples=2).kept_channels
    assert plan(chain(32), x, samples=3, batch_size=4).way == "stacked batch"


def test_little_dropout_favours_the_stacked_batch():
    model = nn.Sequential(
        nn.Linear(8, 1024), nn.Dropout(0.5), nn.Linear(1024, 1024), nn.Dropout(0.5),
        nn.Linear(1024, 2),
    )  # fmt: skip
    x = torch.rand(64, 8)
    assert plan(model, x, samples=1).way == "kept channels"
    assert plan(model, x, samples=1, p=0.05).way == "stacked batch"


def test_the_choice_can_be_made_by_the_caller(images):
    assert plan(chain(4), images, kept_channels=True).reason == "kept_channels is True"
    found = plan(chain(4), images, kept_channels=False)
    assert (found.way, found.reason) == ("pass by pass", "kept_channels is False")


def test_plan_of_a_residual_network(residual, images):
    found = plan(residual, images)
    assert found.way == "kept channels"
    assert found.reason.startswith("for 1 of 3 dropouts, skipping the dropped channels")
    assert found.prefix == ("stem.0", "stem.1")
    assert found.draws == ("drop", "drop", "units")
    assert found.memory >= 50 * 5 * 4 * 4
    assert found.seconds > 0


@pytest.mark.parametrize(("name", "inside"), [("LSTM", "rnn"), ("encoder", "self_attn")])
def test_layers_that_run_in_parts_are_named(name, inside):
    make, shape, _ = ARCHITECTURES[name]
    found = plan(make(), torch.rand(2, *shape))
    assert any(inside in each for each in found.decomposed)
    assert "Run in parts, to sample the dropout inside: " in str(found)


def test_what_is_computed_once_is_named(images):
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU())
            self.drop, self.head = nn.Dropout(0.5), nn.Linear(4, 3)

        def forward(self, x):
            return self.head(self.drop(self.body(x).mean((2, 3))))

    found = plan(Model(), images)
    assert (found.prefix, found.draws, found.decomposed) == (("body",), ("drop",), ())


def test_stacked_batches_are_split_to_bound_memory(monkeypatch, images):
    model = chain(4)
    whole = mc_dropout(model, images, samples=12, seed=1)
    monkeypatch.setattr(costs, "_HELD_ELEMENTS", 1 << 13)
    found = plan(model, images, samples=12)
    assert 1 <= found.stacked < 12
    split = mc_dropout(model, images, samples=12, seed=1)
    torch.testing.assert_close(split.mean, whole.mean)


def test_a_plan_does_not_change_the_model(residual, images):
    state, flags = torch.get_rng_state(), [m.training for m in residual.train().modules()]
    plan(residual, images, samples=3)
    assert [m.training for m in residual.modules()] == flags
    assert torch.equal(torch.get_rng_state(), state)


def test_a_model_without_dropout_is_rejected(images):
    with pytest.raises(ValueError, match="model must have an active dropout layer"):
        plan(nn.Sequential(nn.Flatten(), nn.Linear(128, 2)), images)
    with pytest.raises(ValueError, match=r"samples must be .*at least 1, got 0"):
        plan(chain(4), images, samples=0)
