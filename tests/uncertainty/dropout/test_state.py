"""A run leaves the model, its flags and torch's generators unchanged."""

from __future__ import annotations

import weakref
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.adversarial import attack
from pyfrontiers.uncertainty import MCDropout, inspect_pass, mc_dropout


class Failing(nn.Module):
    """Raises an exception in the second pass over five inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = iter([False, True])

    def forward(self, x):
        if len(x) == 5 and next(self.calls):
            raise RuntimeError("the second pass fails")
        return x


def state(model):
    return [
        (name, module.training, dict(module.__dict__), list(module._forward_hooks))
        for name, module in model.named_modules()
    ]


def mixed(model):
    """Put every second module into training mode."""
    for number, module in enumerate(model.modules()):
        module.training = number % 2 == 0
    return model


@pytest.mark.parametrize("kept", [True, False], ids=["kept-channels", "normal"])
def test_flags_forwards_and_weights_are_restored(convolutional, images, kept):
    model = mixed(convolutional)
    before, weights = state(model), [p.clone() for p in model.parameters()]
    statistics = [b.clone() for b in model.buffers()]
    mc_dropout(model, images, samples=4, kept_channels=kept)
    assert state(model) == before
    assert all(torch.equal(a, b) for a, b in zip(weights, model.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(statistics, model.buffers(), strict=True))
    assert all(p.grad is None and p.requires_grad for p in model.parameters())


def test_state_is_restored_after_an_exception(images):
    model = mixed(nn.Sequential(nn.Flatten(), nn.Dropout(0.5), Failing(), nn.Linear(128, 3)))
    before = [(name, flag, set(own)) for name, flag, own, _ in state(model)]
    with pytest.raises(RuntimeError, match="second pass fails"):
        mc_dropout(model, images, samples=5)
    assert [(name, flag, set(own)) for name, flag, own, _ in state(model)] == before
    x = torch.ones(2, 128)
    assert torch.equal(model[1].train()(x).unique(), torch.tensor([0.0, 2.0]))
    assert torch.equal(model[1].eval()(x), x)


def test_torchs_generator_is_neither_read_nor_advanced(convolutional, residual, images):
    class Noisy(nn.Module):
        def forward(self, x):
            return x + 0.0 * torch.rand_like(x)

    for model in (convolutional, residual, nn.Sequential(Noisy(), residual)):
        before = torch.random.get_rng_state()
        mc_dropout(model, images, samples=3)
        inspect_pass(model, images, sample=1)
        assert torch.equal(torch.random.get_rng_state(), before)


def test_a_run_does_not_advance_the_training_masks(images):
    layer = MCDropout(0.5, seed=3)
    model = nn.Sequential(layer, nn.Flatten(), nn.Linear(128, 2)).train()
    model(images)
    mc_dropout(model, images, samples=5)
    assert layer.sample == 1
    assert layer.training


def test_hooks_on_a_module_are_called(convolutional, images):
    seen = []
    handle = convolutional[3].register_forward_hook(lambda *_: seen.append(1))
    run = mc_dropout(convolutional, images, samples=4)
    handle.remove()
    assert len(seen) >= 4
    assert not run.kept_channels
    torch.testing.assert_close(run.mean, mc_dropout(convolutional, images, samples=4).mean)


def test_global_hooks_are_called(images):
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(128, 8), nn.Dropout(0.5), nn.Linear(8, 6), nn.ReLU(), nn.Tanh()
    )
    seen = []
    handle = nn.modules.module.register_module_forward_hook(lambda m, *_: seen.append(type(m)))
    try:
        run = mc_dropout(model, images, samples=4, kept_channels=True)
    finally:
        handle.remove()
    assert run.kept_channels
    assert seen.count(nn.Tanh) == seen.count(nn.ReLU) == 4


class Squared(nn.Module):
    """Overrides `__call__` and has no forward."""

    def __call__(self, x):
        return x.square()


def test_modules_that_override_call_are_called(images):
    model = nn.Sequential(nn.Flatten(), nn.Linear(128, 8), nn.Dropout(0.5), nn.Linear(8, 6))
    model.append(Squared())
    normal, kept = (
        mc_dropout(model, images, samples=4, kept_channels=kept, outputs="values")
        for kept in (False, True)
    )
    assert kept.kept_channels
    torch.testing.assert_close(kept.mean, normal.mean)


def test_runs_under_inference_mode(residual, images):
    outside = mc_dropout(residual, images, samples=4)
    with torch.inference_mode():
        inside = mc_dropout(residual, images * 1.0, samples=4)
    torch.testing.assert_close(outside.mean, inside.mean)


def test_gradients_are_not_recorded(convolutional, images):
    assert not mc_dropout(convolutional, images.requires_grad_(), samples=3).mean.requires_grad


class Views(nn.Module):
    """Writes to a buffer through NumPy, and finds its dropout through a weak reference."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(2))
        self.linear, self.dropout = nn.Linear(8, 3), nn.Dropout(0.5)
        self.weak = [weakref.proxy(self)]

    def forward(self, x):
        self.calls.numpy()[0] += 1
        np.asarray(self.calls)[1] += 1
        return self.linear(self.weak[0].dropout(x))


def test_writes_through_numpy_and_weak_references_do_not_reach_the_model():
    model = Views().train()
    assert mc_dropout(model, torch.ones(2, 8), samples=8).variance.min() > 0
    attack(model, torch.rand(2, 8), torch.tensor([0, 1]), steps=2)
    assert model.calls.tolist() == [0, 0]
    assert model.dropout.training


class Holder:
    """Holds a module that is not a submodule, as a plain object."""

    def __init__(self) -> None:
        self.norm = nn.BatchNorm1d(8)  # stays in training mode


class Unusual(nn.Module):
    """Writes to a buffer, or to the contents of an object, with `write`."""

    def __init__(self, write) -> None:
        super().__init__()
        self.linear, self.write = nn.Linear(8, 3), write
        self.register_buffer("mean", torch.zeros(8))
        self.register_buffer("var", torch.ones(8))
        self.bag = SimpleNamespace(tensor=torch.zeros(8), count=0)
        self.holder = Holder()

    def forward(self, x):
        self.write(self, x)
        state = (self.mean, self.var, self.bag.tensor, self.holder.norm.running_mean)
        h = x + sum(state) + self.bag.count
        return self.linear(F.dropout(h, 0.5, self.training))

    def image(self):
        tensors = (self.mean, self.var, self.bag.tensor, self.holder.norm.running_mean)
        return [*(tensor.tolist() for tensor in tensors), self.bag.count, self.holder.norm.training]


@torch.jit.script
def _compiled(x: torch.Tensor) -> None:
    x.add_(1.0)


@torch.library.custom_op("pyfrontiers_tests::add_one", mutates_args=("x",))
def _custom(x: torch.Tensor) -> None:
    x += 1


def _count(model, x):
    model.bag.count += 1


def _load(model, x):
    try:
        model.linear.load_state_dict({k: 2 * v for k, v in model.linear.state_dict().items()})
    except Exception as error:  # models catch errors too
        raise AssertionError from error


WRITES = {
    "compiled code": lambda model, x: _compiled(model.mean),
    "a custom operator": lambda model, x: _custom(model.mean),
    "memory": lambda model, x: model.mean.untyped_storage().fill_(1),
    "native batch norm": lambda model, x: torch.native_batch_norm(
        x, None, None, model.mean, model.var, True, 0.1, 1e-5
    ),
    "batch norm by keyword": lambda model, x: torch.batch_norm(
        x, weight=None, bias=None, running_mean=model.mean, running_var=model.var, training=True,
        momentum=0.1, eps=1e-5, cudnn_enabled=False,
    ),
    "a tensor in a namespace": lambda model, x: model.bag.tensor.add_(1),
    "a number in a namespace": _count,
    "a module in an object": lambda model, x: model.holder.norm(x),
    "weights that are loaded": _load,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_unusual_writes_do_not_reach_the_model_or_the_next_pass(name):
    torch.manual_seed(0)
    model, x = Unusual(WRITES[name]).eval(), torch.rand(4, 8)
    before, weight = model.image(), model.linear.weight.tolist()
    together = mc_dropout(model, x, samples=4, outputs="values", keep_samples=True).samples
    assert (model.image(), model.linear.weight.tolist()) == (before, weight)
    for sample in range(4):
        alone = mc_dropout(
            model, x, samples=1, first_sample=sample, outputs="values", keep_samples=True
        )
        torch.testing.assert_close(together[sample], alone.samples[0])
    attack(model, x, torch.tensor([0, 1, 2, 0]), steps=2, keep_going=True)
    assert (model.image(), model.linear.weight.tolist()) == (before, weight)
