"""Properties of every attack: ball, box, FGSM as one step, seeds, batch splits, early stopping."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import LOSSES, ThreatModel, attack

EPSILONS = [0.0, 1e-3, 4 / 255, 8 / 255, 0.1, 0.3, 1.0]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("epsilon", EPSILONS)
def test_ball_and_box_hold_exactly(affine, images, labels, dtype, epsilon):
    x = images.to(dtype)
    x[0].fill_(0.0)
    x[1].fill_(1.0)
    threat = ThreatModel(epsilon=epsilon)
    found = attack(
        affine.to(dtype), x, labels, threat=threat, steps=4, keep_going=True, random_start=True
    )
    assert found.adversarial.dtype == dtype
    # Measured in float64, where the difference of two such numbers is exact.
    change = (found.adversarial.double() - x.double()).abs()
    assert change.max() <= epsilon
    assert (found.adversarial - x).abs().double().max() <= epsilon
    assert found.adversarial.min() >= 0
    assert found.adversarial.max() <= 1
    assert torch.equal(found.linf, change.flatten(1).amax(1))


def test_fgsm_is_one_pgd_step_of_size_epsilon_from_the_sample(affine, images, labels):
    threat = ThreatModel(epsilon=0.05)
    one = attack(affine, images, labels, method="fgsm", threat=threat, keep_going=True)
    step = attack(
        affine,
        images,
        labels,
        threat=threat,
        steps=1,
        step=0.05,
        random_start=False,
        keep_going=True,
    )
    assert torch.equal(one.adversarial, step.adversarial)
    x = images.clone().requires_grad_()
    nn.functional.cross_entropy(affine(x), labels, reduction="sum").backward()
    by_hand = (images + 0.05 * x.grad.sign()).clamp(0, 1)
    torch.testing.assert_close(one.adversarial, by_hand, rtol=0, atol=1e-7)


def test_margin_of_linear_model_rises_by_epsilon_times_l1_norm():
    # max over the ball of w·x' is w·x + epsilon ||w||_1 where the box is not active.
    weight = torch.linspace(-1, 1, 12).reshape(2, 6).double()
    model = nn.Linear(6, 2).double()
    model.weight.data, model.bias.data = weight, torch.tensor([0.0, 9.0]).double()
    x = torch.full((1, 6), 0.5).double()
    y = torch.tensor([1])
    found = attack(
        model, x, y, threat=ThreatModel(epsilon=0.1), loss="margin", steps=7, random_start=False
    )
    gain = 0.1 * (weight[0] - weight[1]).abs().sum()
    assert float(found.losses[-1, 0] - found.losses[0, 0]) == pytest.approx(float(gain), rel=1e-6)


@pytest.mark.parametrize("loss", sorted(LOSSES))
@pytest.mark.parametrize("targeted", [False, True])
def test_loss_of_linear_model_with_two_classes_is_monotone(loss, targeted):
    generator = torch.Generator().manual_seed(3)
    model = nn.Linear(20, 2)
    x = torch.rand((6, 20), generator=generator)
    y = torch.randint(2, (6,), generator=generator)
    found = attack(
        model,
        x,
        y,
        threat=ThreatModel(epsilon=0.2),
        loss=loss,
        targeted=targeted,
        steps=12,
        random_start=False,
        keep_going=True,
    )
    steps = found.losses.diff(dim=0)
    assert ((steps if not targeted else -steps) >= -1e-6).all()
    assert ((found.probabilities[-1] >= found.probabilities[0] - 1e-6) == targeted).all()


def test_result_is_a_function_of_the_seed(affine, images, labels):
    def run(seed):
        return attack(
            affine,
            images,
            labels,
            threat=ThreatModel(epsilon=0.01),
            steps=2,
            step=1e-4,
            seed=seed,
            keep_going=True,
        ).adversarial

    assert torch.equal(run(5), run(5))
    assert not torch.equal(run(5), run(6))


def test_splitting_the_batch_does_not_change_the_result(affine, images, labels):
    threat = ThreatModel(epsilon=torch.linspace(0.01, 0.08, 8))
    whole = attack(affine, images, labels, threat=threat, steps=3, seed=9, keep_going=True)
    parts = []
    for begin, end in ((0, 3), (3, 4), (4, 8)):
        part = ThreatModel(epsilon=threat.epsilon[begin:end])
        parts.append(
            attack(
                affine,
                images[begin:end],
                labels[begin:end],
                threat=part,
                steps=3,
                seed=9,
                first_sample=begin,
                keep_going=True,
            ).adversarial
        )
    assert torch.equal(whole.adversarial, torch.cat(parts))


def test_random_start_fills_the_ball(affine, labels):
    x = torch.full((8, 3, 4, 4), 0.5)
    seen = []
    attack(
        affine,
        x,
        labels,
        threat=ThreatModel(epsilon=0.1),
        steps=1,
        seed=1,
        keep_going=True,
        callback=lambda report: seen.append(report.iterate.clone()),
    )
    change = (seen[0] - x) / 0.1
    # 384 uniform draws: the bound on the mean is 5 standard errors, a false alarm rate of 6e-7.
    assert abs(float(change.mean())) < 5 / math.sqrt(3 * change.numel())
    assert float(change.abs().max()) > 0.95
    assert len(change.unique()) > 300


def test_early_stopping_returns_the_first_adversarial_point(affine, images, labels):
    seen = {}

    def follow(report):
        for row, point, predicted in zip(
            report.rows.tolist(), report.iterate, report.predictions, strict=True
        ):
            if predicted != labels[row]:
                seen.setdefault(row, point.clone())

    threat = ThreatModel(epsilon=0.2)
    options = {"threat": threat, "steps": 10, "seed": 4}
    full = attack(affine, images, labels, keep_going=True, callback=follow, **options)
    early = attack(affine, images, labels, **options)
    assert early.success.any()
    for row in range(len(images)):
        expected = seen[row] if row in seen else full.adversarial[row]
        assert torch.equal(early.adversarial[row], expected)
        assert (row in seen) == bool(early.success[row])
    assert (early.queries <= full.queries).all()
    assert early.queries.sum() < full.queries.sum()


def test_misclassified_sample_is_returned_unchanged(affine, images, labels):
    wrong = (labels + 1) % 5
    found = attack(affine, images, wrong)
    assert torch.equal(found.adversarial, images)
    assert found.success.all()
    assert found.queries.sum() == 0
    assert torch.isnan(found.losses).all()


def test_history_has_one_entry_per_step_until_the_sample_stops(affine, images, labels):
    found = attack(affine, images, labels, threat=ThreatModel(epsilon=0.3), steps=6)
    assert found.losses.shape == found.probabilities.shape == (7, 8)
    evaluations = (~torch.isnan(found.losses)).sum(0)
    assert torch.equal(evaluations, found.steps + 1)


@pytest.mark.parametrize(
    "epsilon",
    [
        torch.linspace(0.0, 0.07, 8),
        torch.tensor([[0.0, 0.02, 0.05]]),
        torch.linspace(0, 0.1, 24).reshape(8, 3),
    ],
    ids=["sample", "channel", "both"],
)
def test_epsilon_per_sample_and_per_channel(affine, images, labels, epsilon):
    threat = ThreatModel(epsilon=epsilon)
    found = attack(affine, images, labels, threat=threat, steps=3, keep_going=True)
    change = (found.adversarial.double() - images.double()).abs().amax((2, 3))
    allowed = epsilon.double() if epsilon.ndim == 2 else epsilon.double()[:, None]
    assert (change <= allowed).all()
    assert (change > 0.9 * allowed)[allowed.expand_as(change) > 0.01].any()


def test_bounds_per_channel(affine, images, labels):
    low, high = torch.tensor([[0.0, 0.2, 0.4]]), torch.tensor([[0.5, 0.8, 1.0]])
    x = images * (high - low)[..., None, None] + low[..., None, None]
    x = x.clamp(low[..., None, None], high[..., None, None])
    threat = ThreatModel(epsilon=0.5, bounds=(low, high))
    found = attack(affine, x, labels, threat=threat, steps=3, keep_going=True).adversarial
    assert (found >= low[..., None, None]).all()
    assert (found <= high[..., None, None]).all()


def test_arguments_are_not_modified(affine, images, labels):
    x, y = images.clone(), labels.clone()
    attack(affine, x, y, threat=ThreatModel(epsilon=0.3), steps=2, keep_going=True)
    assert torch.equal(x, images)
    assert torch.equal(y, labels)


def test_attack_runs_under_no_grad_and_inference_mode(affine, images, labels):
    expected = attack(affine, images, labels, steps=2).adversarial
    with torch.no_grad():
        assert torch.equal(attack(affine, images, labels, steps=2).adversarial, expected)
    with torch.inference_mode():
        assert torch.equal(attack(affine, images.clone(), labels, steps=2).adversarial, expected)


def test_empty_batch_gives_empty_result(affine, images, labels):
    found = attack(affine, images[:0], labels[:0], steps=2)
    assert found.adversarial.shape == (0, 3, 4, 4)
    assert found.losses.shape == (3, 0)


@pytest.mark.parametrize("keep_going", [True, False])
def test_tensors_kept_by_a_callback_never_change(affine, images, labels, keep_going):
    kept, copies = [], []

    def keep(report):
        kept.append(report.iterate)
        copies.append(report.iterate.clone())

    given = images.clone()
    attack(affine, images, labels, steps=5, keep_going=keep_going, callback=keep)
    assert len(kept) >= 2
    assert all(map(torch.equal, kept, copies))
    assert torch.equal(images, given)


def test_exception_in_the_callback_cancels_the_attack(affine, images, labels):
    class Cancelled(Exception):  # noqa: N818  # not an error
        pass

    steps = []

    def stop(report):
        steps.append(report.step)
        if report.step == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        attack(affine, images, labels, steps=9, keep_going=True, callback=stop)
    assert steps == [0, 1, 2]


def test_copies_of_a_model_give_the_same_result(affine, images, labels):
    again = attack(copy.deepcopy(affine), images, labels, steps=2)
    assert torch.equal(attack(affine, images, labels, steps=2).adversarial, again.adversarial)
