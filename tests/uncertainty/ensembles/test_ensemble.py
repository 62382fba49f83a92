"""Deep ensembles: members side by side are the members one after the other."""

from __future__ import annotations

import functools

import pytest
import torch
import torch.nn.functional as F
from bystanders import untouched
from torch import nn

from pyfrontiers.uncertainty import Ensemble, fit_ensemble, predict

G = torch.Generator().manual_seed(0)
X = torch.randn(48, 4, generator=G)
Y = (X[:, 0] > 0).long() + (X[:, 1] > 1).long()


def network():
    return nn.Sequential(nn.Linear(4, 9), nn.Tanh(), nn.Linear(9, 3))


def seeded(make, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make()


def passes(ensemble, samples=None, x=X, **more):
    count = samples or len(ensemble.models)
    return predict(ensemble, x, samples=count, keep_samples=True, **more).samples


@pytest.mark.parametrize(
    "optimiser", [functools.partial(torch.optim.SGD, lr=0.1, momentum=0.9), torch.optim.Adam]
)
@pytest.mark.parametrize("options", [{}, {"bootstrap": True}, {"batch_size": 48}], ids=str)
def test_members_by_vmap_are_those_of_the_loop(optimiser, options):
    together, apart = (
        fit_ensemble(
            network, X, Y, members=3, steps=12, optimiser=optimiser, side_by_side=side, seed=4,
            **{"batch_size": 10, **options},
        )
        for side in (True, False)
    )  # fmt: skip
    assert together.note is None
    assert apart.note == "side_by_side is False"
    torch.testing.assert_close(passes(together), passes(apart), rtol=0, atol=1e-5)


def test_a_convolution_trains_side_by_side():
    def make():
        return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))

    images = torch.randn(48, 1, 4, 4, generator=torch.Generator().manual_seed(1))
    one, other = (
        fit_ensemble(make, images, Y, members=2, steps=4, side_by_side=side)
        for side in (None, False)
    )
    assert one.note is None
    torch.testing.assert_close(passes(one, x=images), passes(other, x=images), rtol=0, atol=1e-5)


def test_members_learn_and_differ():
    found = fit_ensemble(
        network, X, Y, members=4, steps=200, optimiser=functools.partial(torch.optim.Adam, lr=0.02)
    )
    probabilities = passes(found)
    assert (probabilities.argmax(2) == Y).float().mean() > 0.9
    assert probabilities.std(0).mean() > 1e-3


def test_members_are_a_function_of_their_number():
    few, many = (fit_ensemble(network, X, Y, members=m, steps=5, seed=1) for m in (2, 4))
    torch.testing.assert_close(passes(few), passes(many)[:2], rtol=0, atol=1e-6)
    other = fit_ensemble(network, X, Y, members=2, steps=5, seed=2)
    assert not torch.allclose(passes(few), passes(other))


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (
            lambda: nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3)),
            "'1.running_mean' changes while the network trains",
        ),
        (
            lambda: nn.Sequential(nn.Linear(4, 6), nn.Dropout(), nn.Linear(6, 3)),
            "draws random numbers",
        ),
        (lambda: Branching(), "torch.func.vmap refuses the network: "),
    ],
    ids=["batch norm", "dropout", "branch"],
)
def test_members_that_do_not_fit_train_one_after_the_other(make, note):
    before = torch.get_rng_state()
    found = fit_ensemble(make, X, Y, members=2, steps=3)
    assert note in found.note
    assert passes(found).shape == (2, 48, 3)
    again = fit_ensemble(make, X, Y, members=2, steps=3)
    assert torch.equal(passes(found), passes(again))
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(ValueError, match="side_by_side must be None or False here, got True: "):
        fit_ensemble(make, X, Y, members=2, steps=3, side_by_side=True)


class Branching(nn.Module):
    """Its branch depends on the data."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        h = self.layer(x)
        return h if h.sum() > 0 else 2 * h


class Power(nn.Module):
    """Its exponent is no tensor and no part of its description."""

    def __init__(self, exponent):
        super().__init__()
        self.layer, self.exponent = nn.Linear(4, 3), exponent

    def forward(self, x):
        return self.layer(x) ** self.exponent


def test_an_optimiser_that_mixes_elements_trains_one_after_the_other():
    found = fit_ensemble(
        network, X, Y, members=2, steps=2, batch_size=48,
        optimiser=torch.optim.Adafactor,
    )  # fmt: skip
    assert found.note == "Adafactor does not update each element by its own gradients"


@pytest.mark.parametrize(
    "models",
    [
        lambda: [seeded(network, s) for s in range(3)],
        lambda: [nn.Linear(4, 3), network()],
        lambda: [Power(1), Power(2)],
        lambda: [nn.Sequential(nn.Linear(4, 3), f()) for f in (nn.ReLU, nn.Tanh)],
    ],
    ids=["equal", "other shapes", "other exponent", "other layers"],
)
def test_given_models_are_the_passes(models):
    models = seeded(models)
    expected = torch.stack([model(X).softmax(1) for model in models]).detach()
    with untouched(*models):
        ensemble = Ensemble(models)
        found = passes(ensemble, 5)
    numbers = torch.arange(5) % len(models)
    torch.testing.assert_close(found, expected[numbers], rtol=0, atol=1e-6)
    rest = passes(ensemble, 2, first_sample=3, batch_size=7)
    torch.testing.assert_close(rest, found[3:], rtol=0, atol=1e-6)


def test_an_ensemble_is_a_copy_in_eval_mode():
    model = seeded(lambda: nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))).train()
    ensemble = Ensemble([model])
    before = passes(ensemble)
    nn.init.zeros_(model[0].weight)
    assert torch.equal(passes(ensemble), before)
    assert model.training


def test_generators_are_left_alone_after_an_error():
    with untouched(), pytest.raises(ArithmeticError, match="loss"):
        fit_ensemble(network, X, Y, steps=2, loss=failing)


def failing(outputs, targets):
    raise ArithmeticError("loss")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"make": lambda: 3}, TypeError, "make must return a torch.nn.Module, got 3"),
        ({"make": nn.ReLU}, ValueError, "make must return a network with parameters to train, got"),
        ({"make": lambda: nn.Linear(4, 1)}, ValueError, "loss must be binary_cross_entropy_with_"),
        ({"x": X[:, :3]}, ValueError, "x must be an input that the model can run on, got a tensor"),
        ({"x": X * torch.nan}, ValueError, "x must be finite, got NaN or infinity in 48 of 48"),
        ({"make": network()}, TypeError, "make must be a function that returns a new network at"),
        ({"y": Y + 3}, ValueError, r"y must be targets that the loss accepts .*, got a tensor"),
        ({"y": Y[:5]}, ValueError, r"y must have shape \(N, ...\) with N = 48 like x, got \(5,\)"),
        ({"loss": lambda a, b: 0.0}, TypeError, "loss must return a tensor, got 0.0"),
        (
            {"loss": functools.partial(F.cross_entropy, reduction="none")},
            ValueError,
            "loss must be a finite scalar, got a tensor of shape",
        ),
        ({"members": 0}, ValueError, "members must be an integer of at least 1, got 0"),
    ],
)
def test_wrong_arguments_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        fit_ensemble(**{"make": network, "x": X, "y": Y, "steps": 2, **changes})


@pytest.mark.parametrize("wrap", [lambda model: model, nn.Sequential], ids=["same", "wrapped"])
def test_members_that_share_parameters_are_refused(wrap):
    model = network()
    message = "make must build a new network at each call, got networks that share the parameter"
    with pytest.raises(ValueError, match=message):
        fit_ensemble(lambda: wrap(model), X, Y, steps=2)


def test_members_may_share_a_frozen_body():
    body = nn.Linear(4, 8).requires_grad_(False)
    found = fit_ensemble(lambda: nn.Sequential(body, nn.Linear(8, 3)), X, Y, steps=2, members=2)
    assert not torch.equal(*(model[1].weight for model in found.models))


def test_an_empty_ensemble_is_refused():
    with pytest.raises(ValueError, match="models must have at least one module, got none"):
        Ensemble([])
