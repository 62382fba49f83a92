"""Labelled images for the random-label experiment, checked and split into training and test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Flags, Floats, Integers, Seed, checked
from pyfrontiers.kernels import fold_in, uniform

__all__ = ["DataError", "ImageData", "data_from_arrays", "digit_data", "every_fifth", "selection"]

#: Minimum number of images per class: four to train and one to test.
_MIN_PER_CLASS = 5
#: Minimum number of images in total; with fewer, the test accuracy is meaningless.
_MIN_IMAGES = 50


class DataError(ValueError):
    """A data set cannot be used; the message says why and what to do."""


@checked
@dataclass(frozen=True, slots=True)
class ImageData:
    """Labelled images, split into training and test.

    Attributes:
        name: name of the data set.
        train_images, test_images: (N, C, S, S) float32 in [0, 1], C = 1 or 3.
        train_labels, test_labels: (N,) int64, indices into `classes`.
        classes: names of the classes.
        notes: remarks for the user, one sentence each, such as skipped files or duplicate images.
    """

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


@cache
def digit_data() -> ImageData:
    """Return scikit-learn's 1,797 digits: 1,442 to train, 355 to test."""
    from pyfrontiers.digits import load

    digits = load()
    return ImageData(
        "digits",
        digits.train_images,
        digits.train_labels,
        digits.test_images,
        digits.test_labels,
        tuple(map(str, range(10))),
    )


def every_fifth(labels: Tensor) -> Tensor:
    """Select every fifth example of each class, in order.

    Args:
        labels: (N,) int64.

    Returns:
        (N,) bool.
    """
    place = torch.empty_like(labels)
    for label in torch.unique(labels):
        of_class = labels == label
        place[of_class] = torch.arange(int(of_class.sum()), device="cpu")
    return place % _MIN_PER_CLASS == _MIN_PER_CLASS - 1


@checked
def data_from_arrays(
    name: str,
    images: Annotated[Tensor, Floats("N", "C", "S", "S")],
    labels: Annotated[Tensor, Integers("N")],
    classes: tuple[str, ...],
    *,
    test: Annotated[Tensor, Flags("N")] | None = None,
    notes: tuple[str, ...] = (),
) -> ImageData:
    """Check a data set and split it into training and test.

    Args:
        name: name of the data set.
        images: (N, C, S, S) float32 in [0, 1].
        labels: (N,) int64, indices into `classes`.
        classes: names of the classes.
        test: (N,) bool, which images are for testing. Default: every fifth image of each class.
        notes: remarks for the user.

    Returns:
        The data set. Duplicate images add a note, because no network can fit two random labels to
        one image.

    Raises:
        DataError: there are fewer than 2 classes, 5 images of a class or 50 images in total, or a
            class is missing from the training or test split.
    """
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < len(classes):
        raise ValueError(
            f"labels must lie in [0, {len(classes) - 1}] for {len(classes)} classes, got "
            f"{int(labels.min())} to {int(labels.max())}"
        )
    counts = torch.bincount(labels, minlength=len(classes)).tolist()
    _check_counts(name, classes, counts)
    if test is None:
        test = every_fifth(labels)
    for split, chosen in (("training", ~test), ("test", test)):
        missing = sorted({*range(len(classes))} - {*labels[chosen].tolist()})
        if missing:
            raise DataError(
                f"every class must have training and test images, but class "
                f"{classes[missing[0]]!r} of {name} has no {split} images"
            )
    duplicates = len(images) - len(torch.unique(images.flatten(1), dim=0))
    if duplicates:
        notes = (
            *notes,
            f"{duplicates} of {len(images)} images are duplicates; where copies of an image get "
            "different random labels, no network can fit both.",
        )
    return ImageData(
        name, images[~test], labels[~test], images[test], labels[test], classes, tuple(notes)
    )


def _check_counts(name: str, classes: tuple[str, ...], counts: list[int]) -> None:
    total = sum(counts)
    if len(classes) < 2:
        raise DataError(
            f"{name} must have at least two classes, each in a separate folder, "
            f"got {', '.join(classes) or 'none'}"
        )
    if total < _MIN_IMAGES:
        raise DataError(
            f"{name} must have at least {_MIN_IMAGES} images for a meaningful test accuracy, "
            f"got {total}"
        )
    fewest = min(range(len(classes)), key=counts.__getitem__)
    if counts[fewest] < _MIN_PER_CLASS:
        raise DataError(
            f"class {classes[fewest]!r} of {name} must have at least {_MIN_PER_CLASS} images, "
            f"got {counts[fewest]}"
        )


@checked
def selection(data: ImageData, train: Count, test: Count, *, seed: Seed) -> ImageData:
    """Draw a random subset of a data set without replacement.

    Args:
        data: the data set.
        train: maximum number of training images.
        test: maximum number of test images.
        seed: 64-bit seed of the selection.

    Returns:
        `data` itself if it is small enough, otherwise a subset with a note that says so.
    """
    if len(data.train_labels) <= train and len(data.test_labels) <= test:
        return data

    def draw(count: int, most: int, stream: int) -> Tensor:
        return (
            uniform((count,), dtype=torch.float32, seed=fold_in(seed, stream))
            .argsort()[:most]
            .sort()
            .values
        )

    train_rows = draw(len(data.train_labels), train, 0)
    test_rows = draw(len(data.test_labels), test, 1)
    note = (
        f"This profile uses {len(train_rows)} of {len(data.train_labels)} training and "
        f"{len(test_rows)} of {len(data.test_labels)} test images."
    )
    return replace(
        data,
        train_images=data.train_images[train_rows],
        train_labels=data.train_labels[train_rows],
        test_images=data.test_images[test_rows],
        test_labels=data.test_labels[test_rows],
        notes=(*data.notes, note),
    )
