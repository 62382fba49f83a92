"""Few-shot classification: five classes from a bank of images, five examples of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.one_line import one_line
from pyfrontiers.transfer.tasks import WAYS, Kind, Tasks

__all__ = ["FewShotImages", "digit_images"]

# Streams of the seed.
_CLASSES, _EXAMPLES = range(2)


@checked
@dataclass(frozen=True, slots=True, eq=False)
class FewShotImages:
    """Five-way tasks: the classes of a task are numbered from 0 to 4 in random order.

    Attributes:
        images: (C, I, F) I examples of each of C classes as rows of F pixels in [0, 1]; at least
            five classes.

    Raises:
        ValueError: there are fewer classes, or a pixel is not finite.
    """

    images: Annotated[Tensor, Floats("C>0", "I>0", "F>0")]
    __repr__ = one_line

    def __post_init__(self) -> None:
        if len(self.images) < WAYS:
            raise ValueError(f"images must have at least {WAYS} classes, got {len(self.images)}")
        if not bool(torch.isfinite(self.images).all()):
            raise ValueError("images must hold finite pixels, got NaN or infinity")

    @property
    def kind(self) -> Kind:
        """Classification."""
        return "classification"

    @property
    def inputs(self) -> int:
        """Number of pixels."""
        return self.images.shape[2]

    @property
    def outputs(self) -> int:
        """Five classes."""
        return WAYS

    @property
    def named_outputs(self) -> int:
        """All classes of the bank."""
        return len(self.images)

    @checked
    def draw(
        self,
        count: Count,
        *,
        seed: Seed,
        first: Sample = 0,
        shots: Count = 5,
        queries: Count = 5,
        named: bool = False,
    ) -> Tasks:
        """Draw tasks; see `Family.draw`. Examples of a task are different images.

        Raises:
            ValueError: a class has fewer images than `shots` and `queries` together.
        """
        classes, examples = self.images.shape[:2]
        if shots + queries > examples:
            raise ValueError(
                f"shots and queries must be at most {examples} together, the images of a class, "
                f"got {shots} and {queries}"
            )
        chosen = _order((count, classes), fold_in(seed, _CLASSES), first)[:, :WAYS]
        order = _order((count, WAYS, examples), fold_in(seed, _EXAMPLES), first)
        places = order[..., : shots + queries]
        found = self.images[chosen[..., None], places]
        labels = chosen if named else torch.arange(WAYS, device="cpu").expand(count, WAYS)

        def part(begin: int, end: int) -> tuple[Tensor, Tensor]:
            x = found[:, :, begin:end].flatten(1, 2)
            return x, labels.repeat_interleave(end - begin, 1)

        return Tasks(*part(0, shots), *part(shots, shots + queries))


def _order(shape: tuple[int, ...], seed: int, first: int) -> Tensor:
    """Return a random order along the last dimension for each task, from number `first` on."""
    numbers = torch.Size(shape[1:]).numel()
    blocks = -(-numbers // 4)  # an offset skips blocks of four numbers
    keys = uniform((shape[0], 4 * blocks), seed=seed, offset=first * blocks, dtype=torch.float32)
    return keys[:, :numbers].reshape(shape).argsort(-1)


@cache
def digit_images() -> FewShotImages:
    """Return the handwritten digits as a bank: 100 of each class, enlarged to 16 x 16 pixels."""
    from pyfrontiers.digits import load

    digits = load()
    images = torch.nn.functional.interpolate(
        digits.train_images, size=(16, 16), mode="bilinear", align_corners=False
    ).flatten(1)
    rows = [images[digits.train_labels == digit][:100] for digit in range(10)]
    return FewShotImages(torch.stack(rows))
