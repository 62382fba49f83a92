"""Whether the drawn digits are what was asked for, and whether they are new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.digits.data import load
from pyfrontiers.digits.flow.sampling import sample_digits
from pyfrontiers.digits.weights import trained

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.digits.flow.network import DigitFlow

__all__ = ["SampleCheck", "check_samples", "distance_to_training"]


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """What a classifier and the training digits say about drawn digits.

    Attributes:
        count: how many were drawn, a tenth of each class.
        as_asked: share that the shipped classifier takes for the class asked for.
        by_class: the same for each class.
        real: share of the real test digits that the classifier gets right, for comparison.
        nearest: median distance of a drawn digit to the nearest training digit, in the Euclidean
            norm of 64 pixels in [0, 1].
        nearest_real: the same of the real test digits; much smaller distances of the drawn ones
            would mean copies.
        copies: share of drawn digits that are nearer to a training digit than any test digit is.
    """

    count: int
    as_asked: float
    by_class: tuple[float, ...]
    real: float
    nearest: float
    nearest_real: float
    copies: float


def check_samples(
    each: int = 100, *, seed: int = 0, guidance: float = 1.5, model: DigitFlow | None = None
) -> SampleCheck:
    """Draw digits of every class and check them.

    Args:
        each: digits of each class.
        seed: 64-bit seed of the noise.
        guidance: as in `sample_digits`.
        model: the shipped flow when left out.
    """
    digits, classifier = load(), trained()
    asked = torch.arange(10).repeat_interleave(each)
    drawn = sample_digits(asked, seed=seed, guidance=guidance, model=model).images
    with torch.no_grad():
        right = (classifier(drawn).argmax(1) == asked).float()
        real = (classifier(digits.test_images).argmax(1) == digits.test_labels).float().mean()
    distance = distance_to_training(drawn)
    distance_real = distance_to_training(digits.test_images)
    return SampleCheck(
        count=len(asked),
        as_asked=float(right.mean()),
        by_class=tuple(right.reshape(10, each).mean(1).tolist()),
        real=float(real),
        nearest=float(distance.median()),
        nearest_real=float(distance_real.median()),
        copies=float((distance < distance_real.min()).float().mean()),
    )


def distance_to_training(images: Tensor) -> Tensor:
    """Distance of each image (N, 1, 8, 8) to the nearest training digit: (N,)."""
    nearest: Tensor = torch.cdist(images.flatten(1), load().train_images.flatten(1)).min(1).values
    return nearest
