"""Gradients of the prediction equal those through the stack of all passes, in constant memory."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from architectures import ARCHITECTURES
from torch import nn
from torch.utils.checkpoint import checkpoint

from pyfrontiers.adversarial import ThreatModel, attack
from pyfrontiers.uncertainty import inspect_passes, mc_dropout
from pyfrontiers.uncertainty.dropout import differentiable, gradient_replay
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks

SAMPLES, SEED = 5, 8
FIGURES = ("mean", "variance", "entropy", "expected_entropy", "mutual_information")


class Masks:
    """The scaled masks of one pass."""

    def __init__(self, sample):
        self.source, self.sample = DrawnMasks(SEED), sample

    def __call__(self, number, shape, p):
        return self.source.kept(number, tuple(shape), p, self.sample, 1)[0] / (1 - p)

    def generator(self, number):
        return self.source.generator(number, self.sample, torch.device("cpu"))


def stacked_figures(passes, kind="logits"):
    """Return the figures of passes (T, N, K, ...), differentiable by them."""
    values = passes.softmax(2) if kind == "logits" else passes
    mean, variance = values.mean(0), values.var(0, correction=0)
    if kind == "values":
        return {"mean": mean, "variance": variance}
    entropy = torch.special.entr(mean).sum(1)
    expected = torch.special.entr(values).sum(2).mean(0)
    return dict(zip(FIGURES, (mean, variance, entropy, expected, entropy - expected), strict=True))


def loss(figures):
    """Return a number that depends on every entry of every figure."""
    total = 0
    for number, name in enumerate(FIGURES):
        figure = figures.get(name) if isinstance(figures, dict) else getattr(figures, name)
        if figure is not None:
            weights = torch.arange(1.0, figure.numel() + 1).sin().reshape(figure.shape)
            total = total + (number + 1) * (figure * weights.to(figure)).sum()
    return total


def gradients(total, model, x):
    return torch.autograd.grad(total, [x, *model.parameters()], allow_unused=True)


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
