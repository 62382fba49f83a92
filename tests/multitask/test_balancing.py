"""Each way to balance the losses moves network and weights as its definition says."""

import sys

import pytest
import torch

from pyfrontiers.multitask import TASKS, TaskNet
from pyfrontiers.multitask.balancing import (
    BALANCES,
    Averages,
    Balance,
    Fixed,
    GradientBalance,
    GradNorm,
    Learned,
    Step,
    balance_for,
)
from pyfrontiers.multitask.likelihood import exact_loss, published_loss
from pyfrontiers.multitask.losses import task_losses

IMAGES = torch.rand(3, 3, 16, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def network():
    return TaskNet(seed=1)


def step_of(network, targets, factors=(1.0, 1.0, 1.0)):
    outputs = network(IMAGES)
    losses = task_losses(outputs, targets, TASKS) * torch.tensor(factors)
    return Step(network, outputs, targets, losses)


def gradients(network, value):
    parameters = dict(network.named_parameters())
    found = torch.autograd.grad(value, list(parameters.values()), retain_graph=True)
    return dict(zip(parameters, found, strict=True))


def of_shared(network, loss):
    found = torch.autograd.grad(loss, list(network.shared_parameters()), retain_graph=True)
    return torch.cat([one.flatten() for one in found])


def test_every_way_gives_a_loss_whose_gradient_reaches_all_weights(network, targets):
    for way in BALANCES:
        balance = balance_for(way, TASKS, epoch=2)
        found = gradients(network, balance(step_of(network, targets)))
        assert all(one.isfinite().all() for one in found.values())
        assert all(found[name].any() for name in found if "heads" in name), way
        assert torch.isclose(balance.weights.sum(), torch.tensor(3.0), atol=1e-4), way


def test_a_balance_must_say_what_to_minimise():
    with pytest.raises(TypeError, match=r"abstract method '?forward"):
        Balance(TASKS)


def test_fixed_weights_are_scaled_to_the_number_of_tasks(network, targets):
    step = step_of(network, targets)
    balance = Fixed(TASKS, [4, 1, 1])
    assert balance.weights.tolist() == [2.0, 0.5, 0.5]
    assert torch.isclose(balance(step), (balance.weights * step.losses).sum())


def test_a_combination_that_sums_up_is_the_plain_gradient(network, targets):
    step = step_of(network, targets)
    summed = GradientBalance(TASKS, lambda gramian: torch.ones(3))
    plain = gradients(network, step.losses.sum())
    for name, value in gradients(network, summed(step)).items():
        assert torch.allclose(value, plain[name], atol=1e-6), name


def test_shared_layers_move_along_the_combination_and_heads_by_their_own(network, targets):
    step = step_of(network, targets)
    one = GradientBalance(TASKS, lambda gramian: torch.tensor([0.0, 2.0, 0.0]))
    found = gradients(network, one(step))
    twice, plain = gradients(network, 2 * step.losses[1]), gradients(network, step.losses.sum())
    for name, value in found.items():
        wanted = plain if name.startswith("heads") else twice
        assert torch.allclose(value, wanted[name], atol=1e-6), name


def test_pcgrad_leaves_no_gradient_that_opposes_a_single_other_task(network, targets):
    """With two tasks whose gradients oppose each other, the sum harms neither."""
    step = step_of(network, targets)
    opposed = step.losses[0] - 0.5 * step.losses[1]
    losses = torch.stack([step.losses[0] * 0.2 + step.losses[1], -step.losses[1] + opposed * 0.1])
    balance = balance_for("pcgrad", ("classes", "instances"))
    combined = balance(Step(network, step.outputs, targets, losses))
    moved = of_shared(network, combined)
    rows = [of_shared(network, loss) for loss in losses]
    assert rows[0] @ rows[1] < 0  # the case is one of conflict
    assert min(float(row @ moved) for row in rows) > -1e-5 * float(moved.norm() ** 2)


def test_imtl_g_projects_equally_on_the_tasks(network, targets):
    step = step_of(network, targets, (1.0, 0.1, 5.0))
    moved = of_shared(network, balance_for("imtl-g", TASKS)(step))
    rows = [of_shared(network, loss) for loss in step.losses]
    shares = torch.stack([row @ moved / row.norm() for row in rows])
    assert torch.allclose(shares, shares.mean().expand(3), rtol=1e-2)


def test_gradnorm_makes_the_norms_equal_while_no_loss_falls(network, targets):
    step = step_of(network, targets, (1.0, 1.0, 0.3))
    balance = GradNorm(TASKS)
    optimiser = torch.optim.Adam(balance.parameters(), lr=0.08)
    for _ in range(40):
        (balance.factors.grad,) = torch.autograd.grad(
            balance(step), [balance.factors], retain_graph=True
        )
        optimiser.step()
    balance(step)
    norms = torch.stack([of_last(network, loss).norm() for loss in step.losses])
    scaled = balance.weights * norms
    assert norms.max() / norms.min() > 2
    assert scaled.max() / scaled.min() < 1.2


def test_gradnorm_wants_a_larger_gradient_of_the_loss_that_falls_more_slowly(network, targets):
    first = step_of(network, targets)
    norms = torch.stack([of_last(network, loss).norm() for loss in first.losses])
    equal = step_of(network, targets, (1 / norms).tolist())  # tasks with gradients of one size
    balance = GradNorm(TASKS, alpha=1.5)
    balance(equal)
    size = torch.tensor([0.5, 1.0, 0.5])
    later = step_of(network, targets, (size / norms).tolist())
    (slope,) = torch.autograd.grad(balance(later), [balance.factors])
    # Losses have fallen to these shares, and the gradients with them.
    goal = size.mean() * (size / size.mean()) ** 1.5
    torch.testing.assert_close(slope, (size - goal).sign() * size, rtol=1e-3, atol=1e-4)
    assert slope.sign().tolist() == [1.0, -1.0, 1.0]


def test_learned_variances_minimise_the_published_or_the_exact_loss(network, targets):
    step, spread = step_of(network, targets), torch.tensor([0.2, -0.5, 1.0])
    published, exact = Learned(TASKS), Learned(TASKS, exact=True)
    for balance in (published, exact):
        balance.spread.data.copy_(spread)
    assert torch.equal(published(step), published_loss(step.losses, spread, TASKS))
    assert torch.equal(exact(step), exact_loss(step.outputs, targets, spread, TASKS, step.losses))


def of_last(network, loss):
    return torch.autograd.grad(loss, network.last_shared, retain_graph=True)[0]


def test_dwa_favours_the_loss_that_falls_more_slowly(network, targets):
    balance = Averages(TASKS, epoch=1)
    for factors in ((1.0, 1.0, 1.0), (0.5, 0.9, 0.5), (1.0, 1.0, 1.0)):
        balance(step_of(network, targets, factors))
    assert balance.weights.argmax() == 1
    assert balance.weights.sum().item() == pytest.approx(3.0)


def test_dwa_changes_its_weights_between_epochs_only(network, targets):
    balance, seen = Averages(TASKS, epoch=2), []
    for factor in (1.0, 1.0, 0.9, 0.9, 0.8, 0.8):
        balance(step_of(network, targets, (factor, 1.0, factor**2)))
        seen.append(balance.weights.tolist())
    assert seen[0::2] == seen[1::2]
    assert seen[0] != seen[-1]


@pytest.mark.parametrize("way", list(BALANCES))
def test_state_is_all_that_a_balance_remembers(way, network, targets):
    steps = [step_of(network, targets, (1.0, 1.0 - 0.1 * k, 1.0 + 0.3 * k)) for k in range(4)]

    def run(balance, some):
        for step in some:
            torch.manual_seed(0)
            value = balance(step)
        return [float(value.detach()), *balance.weights.tolist()]

    whole, first, second = (balance_for(way, TASKS, epoch=1) for _ in range(3))
    run(first, steps[:3])
    second.load_state_dict(first.state_dict())
    assert run(whole, steps) == run(second, steps[3:])


def test_log_variances_are_zero_at_first_and_only_of_learned():
    for way in BALANCES:
        found = balance_for(way, TASKS).log_variances
        assert (found is not None) == way.startswith("learned")
    assert Learned(TASKS).log_variances.tolist() == [0.0] * 3


def test_bad_arguments_are_told(monkeypatch):
    with pytest.raises(ValueError, match="weights must be 3 finite numbers of at least 0, one for"):
        Fixed(TASKS, [1, -1, 1])
    with pytest.raises(ValueError, match="weights must have a number above 0, got only 0"):
        Fixed(TASKS, [0, 0, 0])
    with pytest.raises(ValueError, match="weights must be None for 'dwa', which finds them"):
        balance_for("dwa", TASKS, weights=[1, 1, 1])
    for way in ("gradnorm", "pcgrad", "imtl-g", "dwa"):
        with pytest.raises(ValueError, match=f"with a single task, got '{way}', which balances"):
            balance_for(way, ("depth",))
    monkeypatch.setitem(sys.modules, "torchjd.aggregation", None)
    monkeypatch.setitem(sys.modules, "torchjd", None)
    with pytest.raises(ValueError, match="got 'pcgrad', which needs torchjd; install it with pip"):
        balance_for("pcgrad", TASKS)
