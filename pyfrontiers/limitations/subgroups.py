"""Two groups of writers of digits: a majority that writes upright and a minority that slants."""

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

#: Names of the groups, the majority first.
GROUPS = ("upright", "slanted")
#: Transforms of the second group: a shear of 30 to 40 degrees and a slight rotation.
SLANT = TransformDistribution(
    rotation=(-5.0, 5.0),
    scale=(1.0, 1.0),
    shear=(30.0, 40.0),
    translation=(0.0, 0.0),
    brightness=(0.0, 0.0),
    noise=(0.0, 0.0),
)
# Seeds of the transforms of the training and test digits.
_TRAINING, _HELD_OUT = 1, 2


@dataclass(frozen=True, slots=True)
class Writers:
    """Digits and the group of their writers.

    Attributes:
        images: (N, 1, 8, 8) float32 in [0, 1].
        labels: (N,) int64, 0 to 9.
        slanted: (N,) bool, membership of the second group.
    """

    images: Tensor
    labels: Tensor
    slanted: Tensor


def writers(share: float, *, seed: int) -> Writers:
    """Return a training set of 1,442 digits of which a random share is slanted.

    Args:
        share: Share of slanted digits, in (0, 1), rounded so that each group has at least one.
        seed: 64-bit seed of the selection.

    Raises:
        ValueError: ``share`` is out of range.

    """
    if not 0 < share < 1:
        raise ValueError(f"share must be greater than 0 and less than 1, got {share}")
    digits = load()
    count = len(digits.train_labels)
    few = min(max(round(share * count), 1), count - 1)
    slanted = torch.zeros(count, dtype=torch.bool, device="cpu")
    slanted[uniform((count,), dtype=torch.float32, seed=fold_in(seed, 0)).argsort()[:few]] = True
    images = torch.where(slanted[:, None, None, None], _slanted(_TRAINING), digits.train_images)
    return Writers(images, digits.train_labels, slanted)


def held_out() -> Writers:
    """Return the test digits, each once upright and once slanted."""
    digits = load()
    count = len(digits.test_labels)
    return Writers(
        torch.cat([digits.test_images, _slanted(_HELD_OUT)]),
        digits.test_labels.repeat(2),
        torch.arange(2 * count, device="cpu") >= count,
    )


@cache
def _slanted(part: int) -> Tensor:
    digits = load()
    images = digits.train_images if part == _TRAINING else digits.test_images
    return transformed(images, SLANT, seed=part)
