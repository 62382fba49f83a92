"""Glyphs of our own generator: characters of unknown alphabets, drawn with a pen.

A class is two to four curves between points of a 3 x 3 grid, so that strokes meet as those of
letters do. An example moves the points of the strokes, and turns, shears, scales and shifts the
whole, with a pen of another width. Class c and example i are functions of (c, i) alone.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Range, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.transfer.images import FewShotImages
from pyfrontiers.transfer.pen import PEN, ink
from pyfrontiers.transfer.tasks import WAYS

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["GLYPHS", "glyph_images", "glyph_strokes"]

GLYPHS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"training": (0, 400), "validation": (400, 100), "test": (500, 100)}
)
"""First class and number of classes of each part; no class is in two of them."""
_SEED, _CLASSES, _EXAMPLES = 1956, 0, 1
_STROKES, _POINTS = 4, 8
#: Ends of the ranges of an example: turn in radians, shear, scale, shift, points, pen.
_TURN, _SHEAR, _SCALE, _SHIFT, _JITTER, _WIDTH = 0.25, 0.2, 0.12, 0.06, 0.05, 0.015
#: How far a curve bends, and the side of the grid, as shares of the image.
_BEND, _GRID = 0.8, 0.62


@checked
def glyph_strokes(
    first: Annotated[int, Range(0, 1_000_000)],
    classes: Annotated[int, Range(1, 10_000)],
    examples: Annotated[int, Range(1, 100)],
) -> tuple[Tensor, Tensor]:
    """Draw the strokes of glyphs.

    Args:
        first: number of the first class, up to 1,000,000.
        classes: number of classes C, up to 10,000.
        examples: examples I of each, up to 100; those before do not depend on it.

    Returns:
        Strokes (C, I, 4, 8, 2) in [0, 1] with y pointing down, NaN where a glyph has fewer than
        four, and the half width (C, I) of the pen.
    """
    points = _curves(first, classes)[:, None]
    u = _numbers(fold_in(_SEED, _EXAMPLES), first * 100, classes * 100, 32)
    u = 2 * u.reshape(classes, 100, 32)[:, :examples] - 1
    points = points + _JITTER * u[..., :24].reshape(classes, examples, _STROKES, 3, 2)
    turn, shear = _TURN * u[..., 24], _SHEAR * u[..., 25]
    scale = torch.exp(_SCALE * u[..., 26:28])
    across = torch.stack([turn.cos(), shear - turn.sin()], -1) * scale
    down = torch.stack([turn.sin(), turn.cos()], -1) * scale
    matrix = torch.stack([across, down], -2)[:, :, None]
    shift = 0.5 + _SHIFT * u[..., None, None, 28:30]
    points = points @ matrix.transpose(-1, -2) + shift
    t = torch.linspace(0, 1, _POINTS, dtype=torch.float32, device="cpu")[:, None]
    begin, bend, end = (points[..., k : k + 1, :] for k in range(3))
    strokes = (1 - t) ** 2 * begin + 2 * t * (1 - t) * bend + t**2 * end
    return strokes, PEN + _WIDTH * u[..., 30]


def _curves(first: int, classes: int) -> Tensor:
    """Return begin, control point and end of each stroke, (C, 4, 3, 2), around 0; NaN if absent."""
    u = _numbers(fold_in(_SEED, _CLASSES), first, classes, 20)
    parts = u[:, :16].reshape(classes, _STROKES, 4)
    begin = (9 * parts[..., 0]).long()
    end = (begin + 1 + (8 * parts[..., 1]).long()) % 9
    ends = torch.stack([_anchor(begin), _anchor(end)], -2)
    bend = ends.mean(-2) + _BEND * (parts[..., 2:] - 0.5)
    curves = torch.stack([ends[..., 0, :], bend, ends[..., 1, :]], -2)
    count = 2 + (3 * u[:, 16]).long()
    absent = torch.arange(_STROKES, device="cpu") >= count[:, None]
    return curves.masked_fill(absent[..., None, None], torch.nan)


def _anchor(place: Tensor) -> Tensor:
    """Return the point of the grid, around 0."""
    return _GRID * (torch.stack([place % 3, place // 3], -1).float() / 2 - 0.5)


def _numbers(seed: int, first: int, count: int, width: int) -> Tensor:
    """Return uniform numbers (count, width) of the rows from `first` on; width is 4 k."""
    return uniform((count, width), seed=seed, offset=first * (width // 4), dtype=torch.float32)


@cache
def _bank(first: int, classes: int, examples: int) -> FewShotImages:
    strokes, pen = glyph_strokes(first, classes, examples)
    images = ink(strokes.flatten(0, 1), pen=pen.flatten())
    return FewShotImages(images.reshape(classes, examples, -1))


@checked
def glyph_images(
    part: str = "training", *, examples: Annotated[int, Range(1, 100)] = 20
) -> FewShotImages:
    """Return the glyphs of a part as a bank for few-shot tasks.

    Args:
        part: a key of `GLYPHS`; classes of "test" are never seen in training.
        examples: images of each class, up to 100.

    Returns:
        The bank; all callers share it.

    Raises:
        ValueError: there is no such part.
    """
    if part not in GLYPHS:
        raise ValueError(f"part must be one of {', '.join(GLYPHS)}, got {part!r}")
    first, classes = GLYPHS[part]
    assert classes >= WAYS
    return _bank(first, classes, examples)
