"""The Lagrangian form: its gradient, the effect of the weight, and the search for it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.adversarial import ThreatModel, Transforms2D, attack, minimise_distance
from pyfrontiers.adversarial.expectation import Expectation
from pyfrontiers.adversarial.lab import lab
from pyfrontiers.adversarial.views import SELECTION, Draws


class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.weight = nn.Parameter(torch.randn((4, 192), generator=generator) / 3)

    def forward(self, x):
        return (x.flatten(1)[:, None] * self.weight).sum(2)


@pytest.fixture
def model():
    return Linear()


@pytest.fixture
def x():
    return torch.rand((2, 3, 8, 8), generator=torch.Generator().manual_seed(1))


@pytest.fixture
def y(model, x):
    with torch.no_grad():
        return model(x).argmax(1)


@pytest.mark.parametrize("targeted", [True, False])
def test_gradient_includes_loss_and_distance(model, x, y, targeted, monkeypatch):
    found = []
    evaluate = Expectation.evaluate

    def spy(self, search, iterate, *arguments, **options):
        found.append((self, iterate, evaluate(self, search, iterate, *arguments, **options)))
        return found[-1][2]

    monkeypatch.setattr(Expectation, "evaluate", spy)
    weights, views = torch.tensor([0.02, 0.5]), Transforms2D()
    options = {"steps": 1, "held_out": 1, "views_per_step": 5, "targeted": targeted}
    attack(model, x, y, views=views, distance_weight=weights, **options)
    eot, start, answer = found[0]
    for row in range(2):
        drawn = eot.draws.block(row, 0, 5)
        leaf = start[row].clone().requires_grad_()
        seen, clean = views.apply(leaf, drawn), views.apply(x[row], drawn)
        loss = F.cross_entropy(model(seen), y[row].expand(5))
        distance = (lab(seen) - lab(clean)).flatten(1).norm(dim=1).mean()
        total = loss + weights[row] * distance if targeted else loss - weights[row] * distance
        (gradient,) = torch.autograd.grad(total, leaf)
        torch.testing.assert_close(answer.gradient[row], gradient, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(answer.losses[row], loss.detach())


def test_larger_weight_gives_smaller_distance(model, x, y):
    target = (y + 1) % 4
    options = {"steps": 12, "held_out": 20, "views_per_step": 8, "targeted": True}
    distances = torch.stack(
        [
            attack(
                *(model, x, target),
                views=Transforms2D(),
                distance_weight=weight,
                random_start=False,
                **options,
            ).held_out.lab
            for weight in (0.0, 0.1, 100.0)
        ]
    )
    assert (distances.diff(dim=0) < 0).all()


def test_search_reaches_the_share_and_lowers_the_distance(model, x, y):
    views, target = Transforms2D(), (y + 1) % 4
    options = {"steps": 12, "views_per_step": 8, "targeted": True, "held_out": 40}
    options["threat"] = ThreatModel(epsilon=0.6)
    found = minimise_distance(model, x, target, views, trials=4, selection=40, **options)
    assert (found.kept >= 0.9).all()
    assert (found.weights > 0).all()
    assert (found.held_out.adversariality > 0.7).all()
    free = attack(model, x, target, views=views, random_start=False, **options)
    free = free.held_out.lab
    assert (found.held_out.lab < free).all()
    draws = Draws(views, 0, SELECTION, 0)
    with torch.no_grad():
        seen = views.apply(found.adversarial[0], draws.block(0, 0, 50))[:40]
        share = (model(seen).argmax(1) == target[0]).double().mean()
    assert float(share) == pytest.approx(float(found.kept[0]))


def test_unreachable_share_is_reported(model, x, y):
    class White(Linear):
        def forward(self, x):
            return super().forward(x) * 0 + torch.tensor([1.0, 0.0, 0.0, 0.0])

    ones = torch.ones(2, dtype=torch.long)
    with pytest.warns(RuntimeWarning):
        found = minimise_distance(
            *(White(), x, ones, Transforms2D()),
            targeted=True,
            trials=1,
            steps=1,
            views_per_step=2,
            held_out=2,
        )
    assert found.weights.isnan().all()
    assert (found.kept == 0).all()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"distance_weight": -1.0}, "distance_weight must be finite and at least 0, got -1.0"),
        ({"distance_weight": [1.0, 2.0, 3.0]}, r"distance_weight must be .*\(2,\).*, got \(3,\)"),
        ({"distance_weight": 1.0, "views": None}, "distance_weight must be 0 without views, got"),
        ({"distance_weight": 1.0, "views": Transforms2D(channels=1)}, r"views must show RGB .*got"),
    ],
)
def test_errors(x, options, text):
    options = {"views": Transforms2D(), "steps": 1, "held_out": 1, **options}
    channels = getattr(options["views"], "channels", 3)
    model = nn.Sequential(nn.Flatten(), nn.Linear(channels * 64, 4))
    with pytest.raises(ValueError, match=f"^{text}"):
        attack(model, x[:, :channels], torch.zeros(2, dtype=torch.long), **options)


@pytest.mark.parametrize("weights", [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0)])
def test_weights_must_be_ordered(model, x, y, weights):
    with pytest.raises(ValueError, match=r"^weights must be two numbers 0 < smallest < largest, g"):
        minimise_distance(model, x, y, Transforms2D(), weights=weights)
