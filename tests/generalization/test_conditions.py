"""What each condition changes, and what it leaves alone."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.generalization import CONDITIONS, digit_data
from pyfrontiers.generalization.conditions import prepared


def task_of(slug, share=0.0, seed=0):
    return prepared(digit_data(), slug, share, seed=seed)


@pytest.mark.parametrize("slug", [item.slug for item in CONDITIONS])
def test_images_have_mean_zero_and_variance_one(slug):
    images = task_of(slug).train_images
    # The Gaussian condition draws 92,288 numbers: five standard errors of mean and variance.
    assert abs(float(images.mean())) < 0.02
    assert abs(float(images.var()) - 1) < 0.03


def test_without_a_die_the_labels_are_true():
    for item in CONDITIONS:
        task = task_of(item.slug)
        assert torch.equal(task.labels, task.true_labels)
        assert not task.redrawn.any()


def test_the_die_is_fair_and_thrown_for_the_share_asked():
    task = task_of("labels", 0.5)
    thrown = int(task.redrawn.sum())
    # Binomial(1442, 1/2): 5 standard deviations are 95.
    assert abs(thrown - 721) < 95
    assert torch.equal(task.labels[~task.redrawn], task.true_labels[~task.redrawn])
    kept = (task.labels == task.true_labels)[task.redrawn].float().mean()
    assert abs(float(kept) - 0.1) < 5 * (0.09 / thrown) ** 0.5
    assert not torch.equal(task.noisy_test_labels, task.test_labels)


def test_labels_thrown_at_a_share_are_among_those_of_a_larger_one():
    few, many = (task_of("labels", share).redrawn for share in (0.2, 0.7))
    assert (few & ~many).sum() == 0
    assert few.sum() < many.sum()


def test_one_order_of_pixels_for_all_or_one_for_each():
    plain = task_of("labels")
    for slug in ("shuffled", "random"):
        changed = task_of(slug)
        for part in ("train_images", "test_images"):
            before, after = (getattr(task, part).flatten(1) for task in (plain, changed))
            assert torch.equal(before.sort(dim=1).values, after.sort(dim=1).values)
            assert not torch.equal(before, after)
    spread = plain.train_images.flatten(1).var(dim=0).sort().values
    shuffled = task_of("shuffled").train_images.flatten(1).var(dim=0).sort().values
    random = task_of("random").train_images.flatten(1).var(dim=0)
    torch.testing.assert_close(spread, shuffled)
    # An order of its own for each image makes all places alike.
    assert random.max() / random.min() < 1.5 < spread.max() / spread[spread > 0].min()


def test_training_and_test_images_do_not_share_their_noise():
    task = task_of("gaussian")
    assert not torch.equal(task.train_images[:10], task.test_images[:10])
