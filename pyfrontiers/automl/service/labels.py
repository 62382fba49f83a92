"""Turn the labels of a file into classes."""

from __future__ import annotations

import math

import torch

__all__ = ["classes_of", "number_in", "too_many"]

#: A target of numbers with more different values than this is taken for a regression.
_MOST_NUMBERS = 50


def classes_of(labels: list[str], name: str) -> tuple[tuple[str, ...], torch.Tensor]:
    """Return the names of the classes, numbers in their order, and the index of each label.

    Args:
        labels: as text.
        name: of the labels, for messages.

    Raises:
        ValueError: a label is missing, or the labels are measured numbers.

    """
    names = sorted(set(labels))
    numbers = {each: number for each in names if (number := number_in(each)) is not None}
    if "" in names or any(map(math.isnan, numbers.values())):
        raise ValueError(f"{name} must have a class for each example, got an example with none")
    if len(numbers) == len(names):
        names.sort(key=numbers.__getitem__)
        if len(names) > _MOST_NUMBERS and len(names) * 2 > len(labels):
            raise ValueError(
                f"{name} must be classes, got {len(names):,} different numbers in {len(labels):,} "
                "examples; sort them into ranges first"
            )
    index = {label: place for place, label in enumerate(names)}
    return tuple(names), torch.tensor([index[label] for label in labels], device="cpu")


def number_in(text: str) -> float | None:
    """Return the number that a cell or label is, or `None` if it is a text."""
    if "_" in text:  # Python reads 10_20 as 1020
        return None
    try:
        return float(text)
    except ValueError:
        return None


def too_many(name: str, given: int, most: int) -> ValueError:
    """Return the error for data that are too large for an upload."""
    return ValueError(
        f"{name} must hold at most {most:,} numbers, got {given:,}; use fewer or smaller examples, "
        "or the command for larger data"
    )
