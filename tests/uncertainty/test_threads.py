"""Several threads use one model: predictions, attacks and plain calls match sequential runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.adversarial import attack
from pyfrontiers.uncertainty import MCDropout, inspect_pass, mc_dropout


class Net(nn.Module):
    """Convolutions, batch norm, layers and functions with dropout, in training mode."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)
        self.drop, self.mc = nn.Dropout2d(0.3), MCDropout(0.2)
        self.mha = nn.MultiheadAttention(8, 2, dropout=0.2, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        h = self.drop(F.relu(self.norm(self.conv(x)))).flatten(2).mT
        h, _ = self.mha(h, h, h)
        return self.out(F.dropout(self.mc(h), 0.1, self.training).mean(1))


def _sequential():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8),
        nn.Flatten(), nn.Dropout(0.2), nn.Linear(8 * 4 * 4, 3),
    )  # fmt: skip


def jobs(model):
    """Return calls whose results don't depend on each other."""
    x = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0, 1, 2, 0])
    found = []
    for seed in range(3):
        for kept in (None, False):
            run = partial(mc_dropout, model, x, samples=5, seed=seed, kept_channels=kept)
            found.append(lambda run=run: run().mean)
        found.append(lambda seed=seed: inspect_pass(model, x, sample=1, seed=seed).output)
        for keep_going in (True, False):
            run = partial(attack, model, x, y, steps=3, seed=seed, keep_going=keep_going)
            found.append(lambda run=run: run().adversarial)
    return found


@pytest.mark.parametrize("make", [Net, _sequential])
def test_results_do_not_depend_on_other_threads(make):
    torch.manual_seed(0)
    model = make().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    calls = jobs(model)
    expected = [call() for call in calls]
    flags = [(module.training, vars(module).keys()) for module in model.modules()]
    wanted = [parameter.requires_grad for parameter in model.parameters()]

    def unchanged():
        assert [(m.training, vars(m).keys()) for m in model.modules()] == flags
        assert [parameter.requires_grad for parameter in model.parameters()] == wanted

    with ThreadPoolExecutor(6) as pool:
        running = [(number, pool.submit(call)) for number, call in enumerate(calls * 3)]
        while not all(future.done() for _, future in running):
            unchanged()
        for number, future in running:
            torch.testing.assert_close(future.result(), expected[number % len(calls)])
    unchanged()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_another_thread_can_train_while_predictions_run():
    torch.manual_seed(0)
    model = _sequential().train()
    x = torch.rand(4, 3, 8, 8)

    def steps():
        optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
        for _ in range(20):
            optimiser.zero_grad()
            model(x).sum().backward()
            assert all(parameter.grad is not None for parameter in model.parameters())
            assert model.training
            optimiser.step()

    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(steps)
        for _ in range(3):
            mc_dropout(model, x, samples=3, kept_channels=False)
            attack(model, x, torch.tensor([0, 1, 2, 0]), steps=2, keep_going=True)
        training.result()


def test_a_step_of_training_does_not_invalidate_the_gradient_of_an_attack():
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)

    class Interrupted(nn.Module):
        """Trains the shared weights between the forward and the backward pass of the attack."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, x):
            out = self.inner(x)
            pool.submit(optimiser.step).result()
            return out

    x = torch.rand(4, 6)
    with ThreadPoolExecutor(1) as pool:
        found = attack(Interrupted(), x, torch.tensor([0, 1, 2, 0]), steps=2, keep_going=True)
    wanted = attack(model, x, torch.tensor([0, 1, 2, 0]), steps=2, keep_going=True)
    torch.testing.assert_close(found.adversarial, wanted.adversarial)
