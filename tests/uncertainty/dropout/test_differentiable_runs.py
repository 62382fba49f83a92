"""A differentiable run: memory, what stays unchanged, errors, and an attack through it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from figure_gradients import loss
from torch import nn
from torch.utils.checkpoint import checkpoint

from pyfrontiers.adversarial import ThreatModel, attack
from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import differentiable, gradient_replay


class Saved:
    """Counts the bytes that autograd holds at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def pack(self, tensor):
        return _Held(tensor, self)

    def hooks(self):
        return torch.autograd.graph.saved_tensors_hooks(self.pack, lambda held: held.tensor)


class _Held:
    def __init__(self, tensor, count):
        self.tensor, self.count = tensor, count
        count.now += tensor.nbytes
        count.most = max(count.most, count.now)

    def __del__(self):
        self.count.now -= self.tensor.nbytes


# Passes that skip channels keep more of them in one pass than in another.
@pytest.mark.parametrize(("name", "most"), [("residual", 1.0), ("convolutional", 1.7)])
def test_memory_does_not_grow_with_the_passes(name, most, images, request):
    model, x = request.getfixturevalue(name), images.repeat(30, 1, 1, 1).requires_grad_()
    held = []
    for samples in (2, 16):
        saved = Saved()
        with saved.hooks():
            run = mc_dropout(model, x, samples=samples, differentiable=True)
            forward = saved.now
            loss(run).backward()
        held.append((forward, saved.most))
    (forward, peak), (forward_of_many, peak_of_many) = held
    assert forward_of_many == forward > 0
    assert peak <= peak_of_many <= most * peak


def test_the_prefix_is_differentiated_once(images):
    calls = []

    class Prefix(nn.Linear):
        def forward(self, x):
            y = super().forward(x)
            if y.requires_grad:
                y.register_hook(lambda _: calls.append(1))
            return y.tanh()

    class Head(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before, self.behind = Prefix(8, 6), nn.Linear(6, 3)

        def forward(self, x):
            return self.behind(F.dropout(self.before(x.mean((1, 2))), 0.5, self.training))

    mc_dropout(Head(), images, samples=4, differentiable=True).mean.sum().backward()
    assert calls == [1]


def test_only_the_gradients_asked_for_are_computed(residual, images, monkeypatch):
    asked = []
    original = gradient_replay.replay_gradients

    def watched(run, x, by_x, by_parameters, slopes):
        asked.append((by_x, sum(by_parameters)))
        return original(run, x, by_x, by_parameters, slopes)

    monkeypatch.setattr(differentiable, "replay_gradients", watched)
    x = images.clone().requires_grad_()

    def run():
        return mc_dropout(residual, x, samples=2, differentiable=True).mean[:, 0].sum()

    every = list(residual.parameters())
    torch.autograd.grad(run(), x)
    torch.autograd.grad(run(), every[:2])
    run().backward()
    assert asked == [(True, 0), (False, 2), (True, len(every))]


def test_neither_model_nor_generator_changes(residual, images):
    x = images.clone().requires_grad_()
    state = torch.get_rng_state()
    run = mc_dropout(residual.train(), x, samples=3, differentiable=True)
    torch.autograd.grad(run.variance.sum(), x)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(module.training for module in residual.modules())
    assert all(parameter.grad is None for parameter in residual.parameters())
    assert x.grad is None


def test_a_changed_weight_makes_the_backward_pass_raise(residual, images):
    run = mc_dropout(residual, images, samples=2, differentiable=True)
    with torch.no_grad():
        residual.head.weight.mul_(2.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        run.mean.sum().backward()


def test_a_checkpoint_around_dropout_is_refused():
    class Checkpointed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear, self.drop = nn.Linear(8, 3), nn.Dropout(0.5)

        def forward(self, x):
            return checkpoint(lambda h: self.linear(self.drop(h)), x.tanh(), use_reentrant=False)

    x = torch.rand(2, 8, requires_grad=True)
    run = mc_dropout(Checkpointed(), x, samples=2, differentiable=True)
    with pytest.raises(ValueError, match=r"model must not use torch.utils.checkpoint.*'drop'"):
        run.mean.sum().backward()


@pytest.mark.parametrize("name", ["residual", "convolutional"])
def test_nan_in_one_input_stays_in_its_gradient(name, images, request):
    x = images.clone()
    x[1, 0, 0, 0] = torch.nan
    x.requires_grad_()
    with pytest.warns(RuntimeWarning, match=r"1 of 5 inputs \(numbers 1\)"):
        run = mc_dropout(request.getfixturevalue(name), x, samples=2, differentiable=True)
    (found,) = torch.autograd.grad(loss(run), x)
    assert found[1].isnan().any()
    assert found[[0, 2, 3, 4]].isfinite().all()


class Predictive(nn.Module):
    """The Bayesian predictive of a network as a classifier: logarithms of the mean."""

    def __init__(self, network) -> None:
        super().__init__()
        self.network = network

    def forward(self, x):
        run = mc_dropout(self.network, x, samples=3, seed=2, differentiable=True)
        return run.mean.log()


@pytest.mark.parametrize("name", ["residual", "convolutional"])
def test_an_attack_goes_through_the_predictive_distribution(name, images, request):
    model = request.getfixturevalue(name)
    x = (images * 0.2 + 0.5).clamp(0, 1)
    labels = mc_dropout(model, x, samples=3, seed=2).mean.argmax(1)
    found = attack(Predictive(model), x, labels, threat=ThreatModel(epsilon=0.1), steps=2)
    before, after = (
        mc_dropout(model, images, samples=3, seed=2).mean.gather(1, labels[:, None])
        for images in (x, found.adversarial)
    )
    assert (after < before).all()


@pytest.mark.parametrize("chain", [True, False])
def test_change_of_the_model_before_the_backward_pass_does_not_matter(chain):
    """Running statistics that a training step updates, and another drop probability."""
    torch.manual_seed(0)
    layers = [nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.4), nn.Linear(8, 3)]
    model, x = nn.Sequential(*layers).eval(), torch.randn(5, 6)

    def gradient(change):
        figures = mc_dropout(
            model, x, samples=4, differentiable=True, kept_channels=None if chain else False
        )
        change()
        loss = figures.mean.square().sum() + figures.variance.sum()
        return torch.autograd.grad(loss, model[0].weight)[0]

    def train():
        model.train()(x + 3)
        model.eval()[2].p = 0.9

    expected = gradient(lambda: None)
    assert torch.equal(gradient(train), expected)
