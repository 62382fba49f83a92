"""Two groups of writers: most write upright, a few write at a slant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch

from pyfrontiers.digits import load
from pyfrontiers.kernels import TransformDistribution, fold_in, uniform
from pyfrontiers.limitations.training import transformed

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["GROUPS", "SLANT", "Writers", "held_out", "writers"]

#: The groups, the larger one first.
GROUPS = ("upright", "slanted")
#: How the second group writes: columns lean by 30 to 40 degrees.
SLANT = TransformDistribution(
    rotation=(-5.0, 5.0),
    scale=(1.0, 1.0),
    shear=(30.0, 40.0),
    translation=(0.0, 0.0),
    brightness=(0.0, 0.0),
    noise=(0.0, 0.0),
)
# The digits of the two parts lean by numbers of their own.
_TRAINING, _HELD_OUT = 1, 2


@dataclass(frozen=True, slots=True)
class Writers:
    """Digits and who wrote them.

    Attributes:
        images: (N, 1, 8, 8) float32 in [0, 1].
        labels: (N,) int64, 0 to 9.
        slanted: (N,) bool, whether the writer belongs to the second group.
    """

    images: Tensor
    labels: Tensor
    slanted: Tensor


def writers(share: float, *, seed: int) -> Writers:
    """Give a training set in which a share of the digits is written at a slant.

    The set has 1,442 digits whatever the share; who writes at a slant is drawn from the seed.

    Args:
        share: Share of slanted digits, inside (0, 1); rounded to at least one and at most all but
            one of the digits.
        seed: 64-bit stream.

    Raises:
        ValueError: ``share`` is out of range.

    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; wanted a number above 0 and below 1")
    digits = load()
    count = len(digits.train_labels)
    few = min(max(round(share * count), 1), count - 1)
    slanted = torch.zeros(count, dtype=torch.bool)
    slanted[uniform((count,), seed=fold_in(seed, 0)).argsort()[:few]] = True
    images = torch.where(slanted[:, None, None, None], _leaning(_TRAINING), digits.train_images)
    return Writers(images, digits.train_labels, slanted)


def held_out() -> Writers:
    """Give the test digits, each written once in either way."""
    digits = load()
    count = len(digits.test_labels)
    return Writers(
        torch.cat([digits.test_images, _leaning(_HELD_OUT)]),
        digits.test_labels.repeat(2),
        torch.arange(2 * count) >= count,
    )


@cache
def _leaning(part: int) -> Tensor:
    digits = load()
    images = digits.train_images if part == _TRAINING else digits.test_images
    return transformed(images, SLANT, seed=part)
