"""Teach heads a few pictures of two or more things."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.reports import silent
from pyfrontiers.vision.features import crops, features
from pyfrontiers.vision.heads import METHODS

if TYPE_CHECKING:
    from pyfrontiers.uncertainty import Posterior

__all__ = ["MOST_PICTURES", "Taught", "picture_file", "teach"]

MOST_PICTURES = 40
"""Most pictures of a lesson."""

#: Crops of all pictures together, at most three of each: a head of few pictures gains from more
#: crops, and one of many pictures would only wait for them.
_CROPS, _MOST_EACH = 40, 3
#: Crops whose features are computed at a time.
_BATCH = 8

#: Shorter side of a stored picture: enough for crops of 224 pixels.
_SIDE = 288


@dataclass(frozen=True, slots=True)
class Taught:
    """Heads that were taught the same pictures.

    Attributes:
        heads: a posterior for each of `METHODS`.
        features: (n, crops, 1280) of the pictures.
        seconds: time taken.
    """

    heads: dict[str, Posterior]
    features: Tensor
    seconds: float


def picture_file(image: Image.Image) -> bytes:
    """Return a picture with a shorter side of at most 288 pixels as a PNG file."""
    plain = image.convert("RGB")
    share = _SIDE / min(plain.size)
    if share < 1:
        size = (round(plain.width * share), round(plain.height * share))
        plain = plain.resize(size, Image.Resampling.BICUBIC)
    stored = io.BytesIO()
    plain.save(stored, "PNG", compress_level=1)
    return stored.getvalue()


@checked
def teach(
    pictures: tuple[bytes, ...],
    labels: tuple[int, ...],
    *,
    count: Count | None = None,
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> Taught:
    """Fit every kind of head to pictures.

    Args:
        pictures: image files, as `picture_file` returns them, 2 to 40.
        labels: class of each, 0 to K - 1.
        count: random crops of each picture. Default: 3, or as many as make 40 in all, at least 1.
        seed: 64-bit seed of the crops and of the training.
        report: called with the fraction done and a message.

    Returns:
        The heads.

    Raises:
        ValueError: the numbers of pictures and labels differ, there are too many or too few, or all
            are of one class.
    """
    if len(pictures) != len(labels):
        raise ValueError(
            f"labels must name a class for each of {len(pictures)} pictures, got {len(labels)}"
        )
    if not 2 <= len(pictures) <= MOST_PICTURES or len(set(labels)) < 2:
        raise ValueError(
            f"pictures must be 2 to {MOST_PICTURES} of at least two things, got {len(pictures)} of "
            f"{len(set(labels))}"
        )
    begin, tell = perf_counter(), report or silent
    each = count or min(_MOST_EACH, max(1, _CROPS // len(pictures)))
    shown = _features(pictures, each, seed, tell)
    targets = torch.tensor(labels, device="cpu").repeat_interleave(each)
    heads = {}
    for place, (method, fit) in enumerate(METHODS.items()):
        tell(0.8 + 0.2 * place / len(METHODS), f"fitting the head: {method}")
        heads[method] = fit(shown, targets)
    tell(1.0, "done")
    return Taught(heads, shown.reshape(len(pictures), each, -1), perf_counter() - begin)


def _features(
    pictures: tuple[bytes, ...], count: int, seed: int, report: Callable[..., None]
) -> Tensor:
    """Return the features of all crops, picture by picture."""
    views = []
    for place, data in enumerate(pictures):
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            views.append(crops(image, count, seed=fold_in(seed, place)))
    batches = torch.split(torch.cat(views), _BATCH)
    found = []
    for place, batch in enumerate(batches):
        report(0.8 * place / len(batches), f"looking at {len(pictures)} pictures")
        found.append(features(batch, fast=True))
    return torch.cat(found)
