"""A pass does not depend on earlier passes, whatever the modules before the first dropout do."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.replay import Replay, deterministic
from pyfrontiers.uncertainty.dropout.survey import survey

X = torch.linspace(-1, 1, 32).reshape(4, 8)


class Model(nn.Module):
    """A linear layer, functions before the dropout, and a linear layer after it."""

    def __init__(self, before, **modules) -> None:
        super().__init__()
        self.first, self.drop, self.last = nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 3)
        self.before = before
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.last(self.drop(self.before(self, self.first(x))))


class Function(nn.Module):
    """A function as a module."""

    def __init__(self, run) -> None:
        super().__init__()
        self.run = run

    def forward(self, *given):
        return self.run(*given)


def through_data(model, h):
    h.data.mul_(2)
    return h


def through_numpy(model, h):
    h.numpy()[:] *= 2
    return h


def result_not_used(model, h):
    model.inner(h)
    return h


def of_a_function(model, h):
    h = h + 1
    model.inner(h)
    return h


def in_a_list(model, h):
    model.inner([h])
    return h


def in_a_new_list(model, h):
    found = []
    model.inner(found, h)
    return found[0]


def in_a_new_dict(model, h):
    found = {}
    model.inner(h, found=found)
    return found["h"]


class Filling(nn.Module):
    def forward(self, h, found):
        found["h"] = h + 1
        return h


def _outside_list():
    """A module pushes its input to a list that is not an attribute."""
    stack = []

    def push(h):
        stack.append(h)
        return h * 2

    return Model(lambda model, h: model.inner(h) + stack.pop(), inner=Function(push))


def _hooked():
    """A hook inside the encoder pushes a skip connection."""
    stack = []
    model = Model(
        lambda model, h: model.inner(h) + stack.pop(),
        inner=nn.Sequential(nn.Linear(8, 8), nn.ReLU()),
    )
    model.inner[0].register_forward_hook(lambda module, given, output: stack.append(output))
    return model


def _derivative():
    """The prefix is differentiated, so its outputs have tangents."""

    def forward(model, h):
        value, tangent = torch.func.jvp(lambda z: model.inner(z).tanh(), (h,), (h,))
        return value + tangent

    return Model(forward, inner=nn.Linear(8, 8))


MODELS = {
    "forward-mode derivative": _derivative,
    "writes through .data": lambda: Model(through_data),
    "writes through NumPy": lambda: Model(through_numpy),
    "ReLU in place, result not used": lambda: Model(result_not_used, inner=nn.ReLU(inplace=True)),
    "ReLU in place on a new tensor": lambda: Model(of_a_function, inner=nn.ReLU(inplace=True)),
    "writes to a tensor in a list": lambda: Model(
        in_a_list, inner=Function(lambda given: given[0].mul_(3).sum())
    ),
    "fills a list": lambda: Model(
        in_a_new_list, inner=Function(lambda found, h: (found.append(h + 1), h)[1])
    ),
    "fills a dict by keyword": lambda: Model(in_a_new_dict, inner=Filling()),
    "pushes to a list outside": _outside_list,
    "hook inside pushes": _hooked,
}


@pytest.mark.parametrize("name", MODELS)
def test_passes_do_not_depend_on_earlier_passes(name):
    torch.manual_seed(0)
    model = MODELS[name]()
    together = mc_dropout(model, X, samples=5, outputs="values", keep_samples=True).samples
    for sample in range(5):
        # The first pass of a `Replay` computes everything.
        with deterministic():
            replay = Replay(model, X, survey(model, X), DrawnMasks(0))
            torch.testing.assert_close(together[sample], replay.one_pass(sample))


def test_the_prefix_is_computed_once():
    calls = []
    model = Model(
        lambda model, h: model.inner(h), inner=Function(lambda h: (calls.append(1), h)[1])
    )
    mc_dropout(model, X, samples=2)
    few = len(calls)
    mc_dropout(model, X, samples=20)
    assert len(calls) == 2 * few


@pytest.mark.parametrize("steps", [4, 5])
def test_a_loop_over_the_inputs_masks_each_step_of_each_input(steps):
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.drop = nn.Dropout(0.5)

        def forward(self, x):
            return torch.stack([self.drop(each) for each in x]).flatten(1)

    run = mc_dropout(Loop(), torch.ones(4, steps, 8), samples=1, outputs="values")
    for masks in run.mean.unflatten(1, (steps, 8)):
        assert not any(torch.equal(masks[0], masks[step]) for step in range(1, steps))
