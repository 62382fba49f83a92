"""Expectation over transformation: its gradient, its seeds, and what held-out views say."""

from __future__ import annotations

import itertools

import pytest
import torch
import torch.nn.functional as F
from view_models import SIDE, Identity

from pyfrontiers import kernels
from pyfrontiers.adversarial import ThreatModel, Transforms2D, attack, evaluate_views
from pyfrontiers.adversarial.expectation import Expectation
from pyfrontiers.adversarial.losses import LOSSES, unsaturated_mean
from pyfrontiers.adversarial.views import HELD_OUT, SELECTION, TRAINING, Draws


class Recorded(Transforms2D):
    """Transforms that keep the seeds they were drawn with."""

    seeds: list

    def draw(self, seed, count):
        self.seeds.append(seed)
        return super().draw(seed, count)


def recorded():
    views = Recorded()
    object.__setattr__(views, "seeds", [])
    return views


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradient_equals_autograd_through_torch(model, x, y, dtype, monkeypatch):
    model, x = model.to(dtype), x.to(dtype)
    found = []
    evaluate = Expectation.evaluate

    def spy(self, *arguments, **options):
        found.append((self, evaluate(self, *arguments, **options)))
        return found[-1][1]

    monkeypatch.setattr(Expectation, "evaluate", spy)
    attack(model, x, y, views=Transforms2D(), steps=1, random_start=False, held_out=1)
    eot, answer = found[0]
    for row in range(len(x)):
        drawn = eot.draws.block(row, 0, 30)
        leaf = x[row : row + 1].clone().requires_grad_()
        grid = F.affine_grid(drawn.theta(SIDE, SIDE), (30, 3, SIDE, SIDE), align_corners=False)
        moved = F.grid_sample(leaf.expand(30, -1, -1, -1), grid.to(dtype), align_corners=False)
        rest = kernels.transform(torch.zeros_like(leaf), drawn)[:, 0]  # brightness and noise
        loss = F.cross_entropy(model((moved + rest).clamp(0, 1)), y[row].expand(30))
        loss.backward()
        torch.testing.assert_close(answer.gradient[row], leaf.grad[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(answer.losses[row], loss.detach(), atol=1e-5, rtol=0)


def test_held_out_seeds_never_occur_in_training(model, x, y):
    views = recorded()
    found = attack(model, x, y, views=views, views_per_step=10, reuse=0.8, steps=8, held_out=120)
    drawn = list(views.seeds)
    views.seeds.clear()
    evaluate_views(model, x, found.adversarial, y, views, count=120)
    held_out = set(views.seeds)
    assert len(held_out) == 3 * 3  # three blocks of each sample, for both x and x'
    training = set(drawn) - held_out
    # Blocks 0 to 12: a window of five, moved by eight steps.
    expected = {
        kernels.fold_in(kernels.fold_in(kernels.fold_in(0, TRAINING), row), block)
        for row in range(3)
        for block in range(13)
    }
    assert training == expected
    assert not expected & held_out


def test_purposes_have_disjoint_seeds():
    seen = [
        {
            Draws(Echo(), seed, purpose, 0).block(row, block, 1)
            for seed in range(5)
            for row in range(5)
            for block in range(40)
        }
        for purpose in (TRAINING, SELECTION, HELD_OUT)
    ]
    assert [len(seeds) for seeds in seen] == [1000] * 3
    assert len(set.union(*seen)) == 3000


class Echo(Identity):
    def draw(self, seed, count):
        return seed


def test_reuse_keeps_the_newest_views():
    class Numbered:
        def draw(self, seed, count):
            return torch.full((count, 1), float(seed % 1000003))

        def apply(self, x, drawn):
            return drawn

    x = torch.zeros(1)
    for count, reuse, kept in ((10, 0.8, 8), (10, 0.75, 7), (5, 0.0, 0), (1, 0.8, 0)):
        eot = Expectation.of(Draws(Numbered(), 0, TRAINING, 0), count, reuse)
        steps = [eot.see(x, 0, step) for step in range(4)]
        assert all(len(seen) == count for seen in steps)
        for before, after in itertools.pairwise(steps):
            assert torch.equal(after[:kept], before[count - kept :])
            assert not set(after[kept:].flatten().tolist()) & set(before.flatten().tolist())


def test_result_depends_neither_on_threads_nor_on_the_split(model, x, y):
    options = {"views": Transforms2D(), "views_per_step": 8, "steps": 4, "held_out": 20}
    whole = attack(model, x, y, **options)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1 if threads > 1 else 2)
        again = attack(model, x, y, **options)
    finally:
        torch.set_num_threads(threads)
    parts = [
        attack(model, x[rows], y[rows], first_sample=rows.start, **options)
        for rows in (slice(0, 1), slice(1, 3))
    ]
    assert torch.equal(whole.adversarial, again.adversarial)
    assert torch.equal(whole.adversarial, torch.cat([part.adversarial for part in parts]))
    assert torch.equal(
        whole.held_out.predictions, torch.cat([part.held_out.predictions for part in parts])
    )


@pytest.mark.parametrize(("norm", "epsilon"), [("linf", 0.05), ("l2", 0.8)])
def test_views_make_the_attack_survive_them(model, x, y, norm, epsilon):
    threat, views = ThreatModel(norm=norm, epsilon=epsilon), Transforms2D()
    options = {"threat": threat, "steps": 12, "keep_going": True}
    ordinary = attack(model, x, y, **options).adversarial
    robust = attack(model, x, y, views=views, views_per_step=16, held_out=100, **options)
    sizes = robust.linf if norm == "linf" else robust.l2
    assert (sizes <= epsilon * (1 + 1e-6)).all()
    before = evaluate_views(model, x, ordinary, y, views, count=100)
    after = evaluate_views(model, x, robust.adversarial, y, views, count=100)
    assert after.adversariality.mean() > before.adversariality.mean() + 0.1
    assert torch.equal(after.predictions, robust.held_out.predictions)
    assert torch.equal(robust.success, after.adversariality > 0.5)
    torch.testing.assert_close(after.accuracy, 1 - after.adversariality)


def test_identity_views_give_the_ordinary_attack(model, x, y):
    options = {"steps": 5, "keep_going": True}
    plain = attack(model, x, y, **options)
    views = attack(model, x, y, views=Identity(), views_per_step=2, held_out=3, **options)
    torch.testing.assert_close(views.adversarial, plain.adversarial)
    assert torch.equal(views.predictions_after, plain.predictions_after)
    torch.testing.assert_close(views.held_out.l2, plain.l2)


def test_a_sample_may_stop_where_all_views_are_fooled(model, x, y):
    target = (y + 1) % 4
    threat = ThreatModel(epsilon=0.3)
    options = {"views": Transforms2D(), "views_per_step": 6, "threat": threat, "targeted": True}
    found = attack(model, x, target, keep_going=False, steps=40, **options)
    assert (found.steps < 40).all()
    assert found.success.all()
    assert torch.equal(found.held_out.truth, found.predictions_before)


def test_views_that_are_nearly_lost_lead_where_all_are_saturated():
    logits = torch.tensor([[40.0, 0, 0], [32.0, 0, 1], [50.0, 0, 0]])
    classes = torch.zeros(3, dtype=torch.long)

    def direction(dtype, function):
        leaf = logits.to(dtype).requires_grad_()
        (gradient,) = torch.autograd.grad(function(leaf), leaf)
        return gradient.double() / gradient.double().norm()

    objective = LOSSES["cross_entropy"]
    found = direction(
        torch.float32, lambda z: unsaturated_mean(objective, objective(z, classes), z, classes)
    )
    # -log softmax by hand: float64 keeps the odds that float32 rounds away.
    exact = direction(
        torch.float64, lambda z: torch.log1p((z[:, 1:] - z[:, :1]).exp().sum(1)).mean()
    )
    torch.testing.assert_close(found, exact, atol=1e-6, rtol=0)
