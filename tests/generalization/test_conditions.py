"""What each condition changes and what it preserves."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.generalization import CONDITIONS, digit_data
from pyfrontiers.generalization.conditions import make_task


def task_of(slug, share=0.0, seed=0):
    return make_task(digit_data(), slug, share, seed=seed)


@pytest.mark.parametrize("slug", [item.slug for item in CONDITIONS])
def test_images_have_mean_zero_and_variance_one(slug):
    images = task_of(slug).train_images
    # The Gaussian condition draws 92,288 numbers; the bounds are about six standard errors.
    assert abs(float(images.mean())) < 0.02
    assert abs(float(images.var()) - 1) < 0.03


def test_labels_are_true_when_the_share_is_zero():
    for item in CONDITIONS:
        task = task_of(item.slug)
        assert torch.equal(task.labels, task.true_labels)
        assert not task.redrawn.any()


def test_the_requested_share_of_labels_is_uniformly_random():
    task = task_of("labels", 0.5)
    count = int(task.redrawn.sum())
    # Binomial(1442, 1/2): 5 standard deviations are 95.
    assert abs(count - 721) < 95
    assert torch.equal(task.labels[~task.redrawn], task.true_labels[~task.redrawn])
    kept = (task.labels == task.true_labels)[task.redrawn].float().mean()
    assert abs(float(kept) - 0.1) < 5 * (0.09 / count) ** 0.5
    assert not torch.equal(task.noisy_test_labels, task.test_labels)


def test_labels_randomised_at_one_share_are_randomised_at_any_larger_share():
    few, many = (task_of("labels", share).redrawn for share in (0.2, 0.7))
    assert (few & ~many).sum() == 0
    assert few.sum() < many.sum()


def test_pixels_are_permuted_alike_in_all_images_or_differently_in_each():
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
    # With a different permutation per image, all pixels have nearly the same variance.
    assert random.max() / random.min() < 1.5 < spread.max() / spread[spread > 0].min()


def test_training_and_test_images_get_different_noise():
    task = task_of("gaussian")
    assert not torch.equal(task.train_images[:10], task.test_images[:10])
