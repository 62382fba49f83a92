"""Check that generated digits belong to the requested class and are not copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch

from pyfrontiers.arguments import Range, Seed, checked
from pyfrontiers.digits.data import load
from pyfrontiers.digits.flow.network import DigitFlow
from pyfrontiers.digits.flow.sampling import sample_digits
from pyfrontiers.digits.weights import trained

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["SampleCheck", "check_samples", "distance_to_training"]


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """Quality of generated digits, compared with real test digits.

    Attributes:
        count: number of generated digits, a tenth of them for each class.
        as_asked: share that the shipped classifier assigns to the requested class.
        by_class: `as_asked` for each class.
        real: accuracy of the classifier on the real test digits, for comparison.
        nearest: median Euclidean distance between a generated digit and the nearest training digit,
            over 64 pixels in [0, 1].
        nearest_real: the same for the real test digits; if `nearest` is much smaller, the generated
            digits are copies.
        copies: share of generated digits closer to a training digit than any test digit is.
    """

    count: int
    as_asked: float
    by_class: tuple[float, ...]
    real: float
    nearest: float
    nearest_real: float
    copies: float


@checked
def check_samples(
    each: Annotated[int, Range(1, 10_000)] = 100,
    *,
    seed: Seed = 0,
    guidance: float = 1.5,
    model: DigitFlow | None = None,
) -> SampleCheck:
    """Generate digits of every class and check them.

    Args:
        each: number of digits per class, at least 1.
        seed: 64-bit seed of the noise.
        guidance: as in `sample_digits`.
        model: the flow. Default: the shipped one.
    """
    digits, classifier = load(), trained()
    asked = torch.arange(10, device="cpu").repeat_interleave(each)
    generated = sample_digits(asked, seed=seed, guidance=guidance, model=model).images
    with torch.no_grad():
        correct = (classifier(generated).argmax(1) == asked).float()
        real = (classifier(digits.test_images).argmax(1) == digits.test_labels).float().mean()
    distance = distance_to_training(generated)
    distance_real = distance_to_training(digits.test_images)
    return SampleCheck(
        count=len(asked),
        as_asked=float(correct.mean()),
        by_class=tuple(correct.reshape(10, each).mean(1).tolist()),
        real=float(real),
        nearest=float(distance.median()),
        nearest_real=float(distance_real.median()),
        copies=float((distance < distance_real.min()).float().mean()),
    )


def distance_to_training(images: Tensor) -> Tensor:
    """Return the Euclidean distance (N,) of images (N, 1, 8, 8) to the nearest training digit."""
    nearest: Tensor = torch.cdist(images.flatten(1), load().train_images.flatten(1)).min(1).values
    return nearest
