"""The examples that children are trained on and compared by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, checked

__all__ = ["Data", "digit_data"]

#: Every fourth training digit of each class is for validation.
_VALIDATION_EVERY = 4


@checked
@dataclass(frozen=True, eq=False)
class Data:
    """Examples for training and for validation. Test examples are no part of it.

    Attributes:
        inputs: (N, ...) float32 for training.
        labels: (N,) int64 classes from 0.
        validation_inputs: (M, ...) float32, by which children are compared.
        validation_labels: (M,) int64.

    Raises:
        ValueError: numbers of inputs and labels differ, the two parts have other shapes, or the
            inputs are not float32.

    """

    inputs: Annotated[Tensor, Floats("N>0", "...")]
    labels: Annotated[Tensor, Integers("N")]
    validation_inputs: Annotated[Tensor, Floats("M>0", "...")]
    validation_labels: Annotated[Tensor, Integers("M")]

    def __post_init__(self) -> None:
        if self.inputs.shape[1:] != self.validation_inputs.shape[1:]:
            raise ValueError(
                f"validation_inputs must have examples of shape {tuple(self.inputs.shape[1:])}, "
                f"as inputs has, got {tuple(self.validation_inputs.shape[1:])}"
            )
        for name in ("inputs", "validation_inputs"):
            if (given := getattr(self, name).dtype) != torch.float32:
                raise ValueError(
                    f"{name} must be float32, as the networks' weights are, got {given}; convert "
                    "them with .float()"
                )

    @property
    def digest(self) -> str:
        """A SHA-256 of all examples, which identifies them."""
        found = hashlib.sha256()
        for part in (self.inputs, self.labels, self.validation_inputs, self.validation_labels):
            found.update(f"{tuple(part.shape)} {part.dtype} ".encode())
            found.update(part.contiguous().numpy().tobytes())
        return found.hexdigest()


@cache
def digit_data() -> Data:
    """Split the training digits: every fourth one of each class is for validation.

    The 355 test digits of `digits.load` are left for testing.

    Returns:
        1,085 digits for training and 357 for validation, (N, 1, 8, 8). All callers share the
        tensors; clone one before modifying it.

    """
    from pyfrontiers.digits import load

    digits = load()
    images, labels = digits.train_images, digits.train_labels
    place = (torch.nn.functional.one_hot(labels).cumsum(0) - 1).gather(1, labels[:, None])
    held = place[:, 0] % _VALIDATION_EVERY == _VALIDATION_EVERY - 1
    return Data(images[~held], labels[~held], images[held], labels[held])
