"""A data set for the random-label experiment, whichever place it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DataError", "ImageData", "data_from_arrays", "digit_data", "every_fifth", "selection"]

#: Fewest images of a class: four to train and one to test.
_FEWEST_OF_A_CLASS = 5
#: Fewest images in all; with fewer, a test accuracy says nothing.
_FEWEST = 50


class DataError(ValueError):
    """A data set that cannot be used; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class ImageData:
    """Images with labels, split into training and test.

    Attributes:
        name: what a page or a table calls it.
        train_images, test_images: (N, C, S, S) float32 in [0, 1], C = 1 or 3.
        train_labels, test_labels: (N,) int64, places in `classes`.
        classes: names of the classes.
        notes: what a reader should know, one sentence each: files left out, images that occur more
            than once.
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
    """Give the 1,797 digits of scikit-learn: 1,442 to train, 355 to test."""
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
    """Mark every fifth item of each class, counted in order: (N,) int64 -> (N,) bool."""
    place = torch.empty_like(labels)
    for label in torch.unique(labels):
        of_class = labels == label
        place[of_class] = torch.arange(int(of_class.sum()))
    return place % _FEWEST_OF_A_CLASS == _FEWEST_OF_A_CLASS - 1


def data_from_arrays(
    name: str,
    images: Tensor,
    labels: Tensor,
    classes: tuple[str, ...],
    *,
    test: Tensor | None = None,
    notes: tuple[str, ...] = (),
) -> ImageData:
    """Check a data set and split it.

    Args:
        name: what a table calls it.
        images: (N, C, S, S) float32 in [0, 1].
        labels: (N,) int64, places in `classes`.
        classes: names of the classes.
        test: (N,) bool, which are test images; every fifth of each class when left out.
        notes: sentences for the reader.

    Returns:
        The data set; images that occur more than once with different labels are noted, since no
        network can fit two labels to one image.

    Raises:
        DataError: there are fewer than 2 classes, 5 images of a class or 50 images, or one of the
            two parts has no image of a class.
    """
    counts = torch.bincount(labels, minlength=len(classes)).tolist()
    _check_counts(name, classes, counts)
    if test is None:
        test = every_fifth(labels)
    for part, chosen in (("training", ~test), ("test", test)):
        missing = sorted({*range(len(classes))} - {*labels[chosen].tolist()})
        if missing:
            raise DataError(
                f"class {classes[missing[0]]!r} of {name} has no {part} images; every class needs "
                "some in both parts"
            )
    same = len(images) - len(torch.unique(images.flatten(1), dim=0))
    if same:
        notes = (
            *notes,
            f"{same} of {len(images)} images occur more than once; where the die gives two labels "
            "to one image, no network can fit both.",
        )
    return ImageData(
        name, images[~test], labels[~test], images[test], labels[test], classes, tuple(notes)
    )


def _check_counts(name: str, classes: tuple[str, ...], counts: list[int]) -> None:
    total = sum(counts)
    if len(classes) < 2:
        raise DataError(
            f"{name} has one class ({', '.join(classes) or 'none'}); wanted at least two, each in "
            "a folder of its own"
        )
    if total < _FEWEST:
        raise DataError(
            f"{name} has {total} image{'s' * (total != 1)}; wanted at least {_FEWEST}, so that a "
            "test accuracy means something"
        )
    fewest = min(range(len(classes)), key=counts.__getitem__)
    if counts[fewest] < _FEWEST_OF_A_CLASS:
        raise DataError(
            f"class {classes[fewest]!r} of {name} has {counts[fewest]} "
            f"image{'s' * (counts[fewest] != 1)}; wanted at least {_FEWEST_OF_A_CLASS} of each "
            "class"
        )


def selection(data: ImageData, train: int, test: int, *, seed: int) -> ImageData:
    """Draw at most so many training and test images without replacement.

    Args:
        data: the data set.
        train: most training images.
        test: most test images.
        seed: 64-bit seed of the draw.

    Returns:
        The data set itself when it is small enough, else a part of it with a note that says so.
    """
    if len(data.train_labels) <= train and len(data.test_labels) <= test:
        return data

    def drawn(count: int, most: int, stream: int) -> Tensor:
        return uniform((count,), seed=fold_in(seed, stream)).argsort()[:most].sort().values

    some = drawn(len(data.train_labels), train, 0)
    others = drawn(len(data.test_labels), test, 1)
    note = (
        f"{len(some)} of {len(data.train_labels)} training and {len(others)} of "
        f"{len(data.test_labels)} test images were drawn for this profile."
    )
    return replace(
        data,
        train_images=data.train_images[some],
        train_labels=data.train_labels[some],
        test_images=data.test_images[others],
        test_labels=data.test_labels[others],
        notes=(*data.notes, note),
    )
