"""An attack writes nothing to the model, even if the model raises."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import attack


class Fragile(nn.Module):
    """Batch norm, dropout, a frozen layer, and a forward that can raise."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.norm = nn.BatchNorm1d(8)
        self.drop = nn.Dropout(0.5)
        self.last = nn.Linear(8, 3)
        self.calls = 0
        self.fail_at = None

    def forward(self, x):
        self.calls += 1
        if self.calls == self.fail_at:
            raise FloatingPointError("deliberate failure")
        return self.last(self.drop(self.norm(self.first(x)).relu()))


@pytest.fixture
def model():
    made = Fragile()
    made.last.bias.requires_grad_(False)
    made.train()
    made.norm.eval()
    made.first.weight.grad = torch.full_like(made.first.weight, 7.0)
    return made


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    return torch.rand((5, 6), generator=generator), torch.randint(3, (5,), generator=generator)


def state(model):
    return (
        [
            (p.requires_grad, id(p.grad), None if p.grad is None else p.grad.clone(), p.clone())
            for p in model.parameters()
        ],
        [buffer.clone() for buffer in model.buffers()],
        [module.training for module in model.modules()],
        torch.get_rng_state(),
        torch.is_grad_enabled(),
    )


def same(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


@pytest.mark.parametrize("fail_at", [None, 1, 2, 4], ids=["succeeds", "call 1", "call 2", "call 4"])
def test_state_of_the_model_and_of_torch_is_unchanged(model, batch, fail_at):
    model.fail_at = fail_at
    before = state(model)
    if fail_at is None:
        attack(model, *batch, steps=3, keep_going=True)
    else:
        with pytest.raises(FloatingPointError, match="deliberate failure"):
            attack(model, *batch, steps=3, keep_going=True)
    assert same(before, state(model))


def test_attack_disables_dropout_of_a_model_in_train_mode(model, batch):
    first = attack(model, *batch, steps=3, keep_going=True)
    again = attack(model, *batch, steps=3, keep_going=True)
    assert torch.equal(first.adversarial, again.adversarial)


class Clamped(nn.Module):
    """Writes to a parameter, a buffer, an attribute and its input in every forward."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 3)
        self.register_buffer("number", torch.zeros(()))
        self.calls = 0

    def forward(self, x):
        self.layer.weight.data.clamp_(-0.05, 0.05)
        self.number += 1
        self.calls += 1
        return self.layer(x.mul_(1.0))


def test_writes_during_forward_do_not_reach_the_model(batch):
    made, x = Clamped(), batch[0].clone()
    before, attributes = state(made), dict(vars(made))
    attack(made, x, batch[1], steps=3, keep_going=True)
    assert same(before, state(made))
    assert vars(made) == attributes
    assert torch.equal(x, batch[0])
