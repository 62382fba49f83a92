"""Momentum, shrinking steps, and attacks that resume from a checkpoint."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.adversarial import ThreatModel, attack
from pyfrontiers.training import Checkpoint

WIDE = ThreatModel(epsilon=0.5)


def _path(model, x, y, **options):
    """Return the iterates (steps + 1, N, ...) of an attack."""
    seen = []
    attack(
        *(model, x, y),
        threat=WIDE,
        random_start=False,
        keep_going=True,
        callback=lambda report: seen.append(report.iterate.clone()),
        **options,
    )
    return torch.stack(seen)


def test_steps_shrink_linearly_to_the_final_share(affine, images, labels):
    path = _path(affine, images, labels, steps=5, step=0.01, final_step=0.2)
    sizes = (path[1:] - path[:-1]).flatten(1).abs().amax(1)
    expected = 0.01 * torch.tensor([1.0, 0.8, 0.6, 0.4, 0.2])
    torch.testing.assert_close(sizes, expected, atol=1e-6, rtol=0)


def test_momentum_sums_normalised_gradients(affine, images, labels):
    found = _path(affine, images, labels, steps=4, step=0.02, momentum=0.9)
    x, velocity = images.clone(), torch.zeros_like(images)
    for number in range(4):
        torch.testing.assert_close(found[number], x, atol=1e-6, rtol=0)
        leaf = x.clone().requires_grad_()
        loss = torch.nn.functional.cross_entropy(affine(leaf), labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, leaf)
        velocity = 0.9 * velocity + slope / slope.abs().mean((1, 2, 3), keepdim=True)
        x = (x + 0.02 * velocity.sign()).clamp(images - 0.5, images + 0.5).clamp(0, 1)


def test_momentum_of_a_sample_does_not_depend_on_the_batch(affine, images, labels):
    options = {"steps": 6, "momentum": 0.8, "final_step": 0.1, "threat": WIDE}
    whole = attack(affine, images, labels, **options)
    part = attack(affine, images[3:6], labels[3:6], first_sample=3, **options)
    assert torch.equal(part.adversarial, whole.adversarial[3:6])


class _InterruptedError(Exception):
    pass


@pytest.mark.parametrize("keep_going", [True, False])
def test_resumed_attack_gives_the_same_result(affine, images, labels, tmp_path, keep_going):
    options = {"steps": 8, "momentum": 0.9, "final_step": 0.5, "keep_going": keep_going}
    whole = attack(affine, images, labels, **options)
    checkpoint = Checkpoint(tmp_path / "run", seconds=0.0)

    def interrupt(report):
        if report.step == 5:
            raise _InterruptedError

    with pytest.raises(_InterruptedError):
        attack(*(affine, images, labels), checkpoint=checkpoint, callback=interrupt, **options)
    steps = []
    resumed = attack(
        *(affine, images, labels),
        checkpoint=checkpoint,
        callback=lambda report: steps.append(report.step),
        **options,
    )
    assert steps[0] == 5
    for name in ("adversarial", "losses", "probabilities", "steps", "queries", "success"):
        torch.testing.assert_close(
            getattr(resumed, name), getattr(whole, name), rtol=0, atol=0, equal_nan=True
        )


def test_checkpoint_of_other_samples_is_rejected(affine, images, labels, tmp_path):
    checkpoint = Checkpoint(tmp_path / "run")
    attack(affine, images, labels, steps=3, checkpoint=checkpoint)
    with pytest.raises(ValueError, match="the checkpoint run is of another run"):
        attack(affine, images.flip(0), labels, steps=3, checkpoint=checkpoint)
    with pytest.raises(ValueError, match="the checkpoint run is of another run"):
        attack(affine, images, labels, steps=4, checkpoint=checkpoint)


@pytest.mark.parametrize(("norm", "epsilon"), [("linf", 0.05), ("l2", 0.3), ("l1", 1.0)])
def test_attack_starts_at_the_projection_of_the_given_point(affine, images, labels, norm, epsilon):
    threat = ThreatModel(norm=norm, epsilon=epsilon)
    reports = []
    attack(
        *(affine, images, labels),
        threat=threat,
        start=1 - images,
        steps=1,
        callback=reports.append,
        keep_going=True,
    )
    bounds = (0.0, 1.0)
    first = kernels.project(1 - images, images, norm=norm, epsilon=epsilon, bounds=bounds)
    assert torch.equal(reports[0].iterate, first)
    assert not torch.equal(first, images)


def test_mismatched_starts_are_rejected(affine, images, labels):
    with pytest.raises(ValueError, match=r"start must be torch.float32 of shape .* like x, got"):
        attack(affine, images, labels, start=images[:2])
    with pytest.raises(ValueError, match="random_start must be False or None with start"):
        attack(affine, images, labels, start=images, random_start=True)


@pytest.mark.parametrize("name", ["momentum", "final_step"])
def test_shares_out_of_range_are_rejected(affine, images, labels, name):
    with pytest.raises(ValueError, match=f"{name} must be .*got 1.5"):
        attack(affine, images, labels, **{name: 1.5})
