"""The conditions of the experiment: random labels, shuffled or random pixels, Gaussian noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.generalization.data import DataError
from pyfrontiers.kernels import corrupt_labels, fold_in, normal, uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from pyfrontiers.generalization.data import ImageData

__all__ = ["CONDITIONS", "Condition", "Task", "condition", "make_task"]

# Streams derived from the seed.
_LABELS, _HELD_OUT_LABELS, _ORDER, _TRAIN, _TEST = range(1, 6)


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to remove information from a data set.

    Attributes:
        slug: name in parameters and files.
        title: name on pages.
        text: description in one sentence.
    """

    slug: str
    title: str
    text: str


CONDITIONS: tuple[Condition, ...] = (
    Condition("labels", "Random labels", "A share of the labels is replaced by random ones."),
    Condition(
        "shuffled",
        "Shuffled pixels",
        "One random permutation of the pixels is applied to all training and test images.",
    ),
    Condition(
        "random", "Random pixels", "A different random permutation is applied to each image."
    ),
    Condition(
        "gaussian",
        "Gaussian noise",
        "Every image is replaced by noise with the mean and variance of the data set.",
    ),
)


@dataclass(frozen=True, slots=True)
class Task:
    """The data that a network is trained and tested on.

    Attributes:
        train_images, test_images: (N, C, S, S) and (M, C, S, S) float32, standardised with the mean
            and variance of the training images.
        labels: (N,) int64, the training labels, possibly randomised.
        true_labels: (N,) int64, the original training labels.
        redrawn: (N,) bool, where `labels` is random; a random label may equal the true one.
        test_labels: (M,) int64, the true test labels.
        noisy_test_labels: (M,) int64, test labels randomised like the training labels, as in a
            held-out part of the same corrupted data.
    """

    train_images: Tensor
    labels: Tensor
    true_labels: Tensor
    redrawn: Tensor
    test_images: Tensor
    test_labels: Tensor
    noisy_test_labels: Tensor


@checked
def condition(slug: str) -> Condition:
    """Return a condition by its slug.

    Args:
        slug: the slug of one of `CONDITIONS`.

    Raises:
        ValueError: there is no such condition; the message lists those that exist.
    """
    for candidate in CONDITIONS:
        if candidate.slug == slug:
            return candidate
    known = ", ".join(item.slug for item in CONDITIONS)
    raise ValueError(f"condition must be one of {known}, got {slug!r}")


def make_task(data: ImageData, slug: str, share: float, *, seed: int) -> Task:
    """Standardise a data set and apply a condition to it.

    Args:
        data: images and labels.
        slug: the slug of one of `CONDITIONS`.
        share: probability that a label is replaced by a uniformly random class, in [0, 1]; applies
            to every condition.
        seed: 64-bit seed of labels, permutations and noise. With equal seeds, the labels randomised
            at one share are among those randomised at any larger share.

    Returns:
        Training and test data.

    Raises:
        ValueError: the condition is unknown, or `share` is not in [0, 1].
        DataError: all training images are one uniform grey.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2.
    """
    condition(slug)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError(
            "share of randomised labels must be a number from 0 to 1, such as 0.5 for half of "
            f"them, got {share!r}"
        )
    count = len(data.classes)
    labels, redrawn = corrupt_labels(data.train_labels, share, count, seed=fold_in(seed, _LABELS))
    noisy, _ = corrupt_labels(data.test_labels, share, count, seed=fold_in(seed, _HELD_OUT_LABELS))
    mean = data.train_images.mean()
    spread = data.train_images.std(correction=0)
    if float(spread) < 1e-6:
        raise DataError(
            f"training images of {data.name} must differ, but all of them are one uniform grey"
        )
    change = _CHANGES.get(slug, _unchanged)
    train = change((data.train_images - mean) / spread, fold_in(seed, _TRAIN), seed)
    test = change((data.test_images - mean) / spread, fold_in(seed, _TEST), seed)
    return Task(train, labels, data.train_labels, redrawn, test, data.test_labels, noisy)


def _unchanged(images: Tensor, _own: int, _shared: int) -> Tensor:
    return images


def _shuffled(images: Tensor, _own: int, shared: int) -> Tensor:
    pixels = images.flatten(2)
    order = uniform((pixels.shape[2],), dtype=torch.float32, seed=fold_in(shared, _ORDER)).argsort()
    return pixels[..., order].reshape(images.shape)


def _random(images: Tensor, own: int, _shared: int) -> Tensor:
    pixels = images.flatten(2)
    # One permutation per image, shared by its colour channels.
    orders = uniform((len(images), 1, pixels.shape[2]), seed=own).argsort(dim=2)
    return pixels.gather(2, orders.expand_as(pixels)).reshape(images.shape)


def _gaussian(images: Tensor, own: int, _shared: int) -> Tensor:
    # Images are standardised at this point, so standard normal noise has their mean and variance.
    return normal(tuple(images.shape), dtype=torch.float32, seed=own).to(torch.float32)


_CHANGES: dict[str, Callable[[Tensor, int, int], Tensor]] = {
    "shuffled": _shuffled,
    "random": _random,
    "gaussian": _gaussian,
}
