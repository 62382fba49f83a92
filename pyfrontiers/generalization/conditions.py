"""What the experiment does to the data before it trains: labels from a die, pixels out of order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.generalization.data import DataError
from pyfrontiers.kernels import corrupt_labels, fold_in, normal, uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from pyfrontiers.generalization.data import ImageData

__all__ = ["CONDITIONS", "Condition", "Task", "condition", "prepared"]

# Streams of the seed.
_LABELS, _HELD_OUT_LABELS, _ORDER, _TRAIN, _TEST = range(1, 6)


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to take the sense out of a data set.

    Attributes:
        slug: its name in parameters and files.
        title: what a page calls it.
        text: one sentence that says what is done.
    """

    slug: str
    title: str
    text: str


CONDITIONS: tuple[Condition, ...] = (
    Condition("labels", "Labels from a die", "A share of the labels is thrown anew with a die."),
    Condition(
        "shuffled",
        "Shuffled pixels",
        "One order of the pixels, drawn once, for every training and test image.",
    ),
    Condition("random", "Random pixels", "Every image gets an order of its pixels of its own."),
    Condition(
        "gaussian",
        "Gaussian noise",
        "Every image is replaced by noise with the mean and the variance of the data set.",
    ),
)


@dataclass(frozen=True, slots=True)
class Task:
    """What a network is trained and tested on.

    Attributes:
        train_images, test_images: (N, C, S, S) float32 with mean 0 and variance 1 over the training
            images.
        labels: (N,) int64, the training labels as given to the network.
        true_labels: (N,) int64, as they were.
        redrawn: (N,) bool, where the die was thrown.
        test_labels: (M,) int64, always true.
        noisy_test_labels: (M,) int64, thrown like the training labels: what a held-out part of the
            same corrupted data would look like.
    """

    train_images: Tensor
    labels: Tensor
    true_labels: Tensor
    redrawn: Tensor
    test_images: Tensor
    test_labels: Tensor
    noisy_test_labels: Tensor


def condition(slug: str) -> Condition:
    """Find a condition by its slug.

    Raises:
        ValueError: there is none of that name; those that exist are listed.
    """
    for candidate in CONDITIONS:
        if candidate.slug == slug:
            return candidate
    known = ", ".join(item.slug for item in CONDITIONS)
    raise ValueError(f"condition is {slug!r}; wanted one of {known}")


def prepared(data: ImageData, slug: str, share: float, *, seed: int) -> Task:
    """Apply a condition to a data set.

    Args:
        data: images and labels.
        slug: one of `CONDITIONS`.
        share: probability that a training label is thrown anew, in [0, 1]; also with the other
            conditions than `labels`.
        seed: 64-bit seed of the dice and orders. The labels thrown at a share are among those
            thrown at any larger one.

    Raises:
        ValueError: there is no such condition, or `share` is not in [0, 1].

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2.
    """
    condition(slug)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError(
            f"share (the corruption of the labels) is {share!r}; wanted a number from 0 to 1, such "
            "as 0.5 for half of the labels"
        )
    count = len(data.classes)
    labels, redrawn = corrupt_labels(data.train_labels, share, count, seed=fold_in(seed, _LABELS))
    noisy, _ = corrupt_labels(data.test_labels, share, count, seed=fold_in(seed, _HELD_OUT_LABELS))
    mean = data.train_images.mean()
    spread = data.train_images.std(correction=0)
    if float(spread) < 1e-6:
        raise DataError(f"all training images of {data.name} are one even grey; nothing to learn")
    change = _CHANGES.get(slug, _unchanged)
    train = change((data.train_images - mean) / spread, fold_in(seed, _TRAIN), seed)
    test = change((data.test_images - mean) / spread, fold_in(seed, _TEST), seed)
    return Task(train, labels, data.train_labels, redrawn, test, data.test_labels, noisy)


def _unchanged(images: Tensor, _own: int, _shared: int) -> Tensor:
    return images


def _shuffled(images: Tensor, _own: int, shared: int) -> Tensor:
    pixels = images.flatten(2)
    order = uniform((pixels.shape[2],), seed=fold_in(shared, _ORDER)).argsort()
    return pixels[..., order].reshape(images.shape)


def _random(images: Tensor, own: int, _shared: int) -> Tensor:
    pixels = images.flatten(2)
    # One order an image, the same for its colours.
    orders = uniform((len(images), 1, pixels.shape[2]), seed=own).argsort(dim=2)
    return pixels.gather(2, orders.expand_as(pixels)).reshape(images.shape)


def _gaussian(images: Tensor, own: int, _shared: int) -> Tensor:
    # The task's images have mean 0 and variance 1 already.
    return normal(tuple(images.shape), seed=own).to(torch.float32)


_CHANGES: dict[str, Callable[[Tensor, int, int], Tensor]] = {
    "shuffled": _shuffled,
    "random": _random,
    "gaussian": _gaussian,
}
