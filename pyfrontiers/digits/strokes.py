"""Convert pen strokes to an 8 x 8 image in the way the digits data set was scanned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

__all__ = ["MAX_POINTS", "image_of_strokes"]

#: Maximum number of points of a drawing.
MAX_POINTS = 4000
#: Side of the scan in pixels, and of the blocks that are counted.
_SIDE, _BLOCK = 32, 4
#: Half the width of the pen in pixels of the scan.
_PEN = 2.0
#: Margin around the ink in pixels of the scan; in the data set, digits fill the height.
_MARGIN = 0.5


def image_of_strokes(strokes: Sequence[Sequence[Sequence[float]]]) -> Tensor:
    """Rasterise pen strokes in the way the digits of the data set were scanned.

    The drawing is centred and scaled to fill a bitmap of 32 x 32 pixels. A pixel is black if the
    pen passed within two pixels of its centre. Each pixel of the result is the share of black
    pixels in a block of 4 x 4.

    Args:
        strokes: sequences of points (x, y) in [0, 1] with y pointing down; a single point is a dot.

    Returns:
        (1, 1, 8, 8) float32, multiples of 1/16 in [0, 1]; all zero if there are no points.

    Raises:
        ValueError: there are more than 4,000 points, or a point is not a pair of numbers in [0, 1].

    Source:
        Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
        Repository 1998, for the bitmap and the counts.
    """
    lines = [_points(stroke) for stroke in strokes if len(stroke)]
    count = sum(len(line) for line in lines)
    if count > MAX_POINTS:
        raise ValueError(f"strokes must have at most {MAX_POINTS} points, got {count}")
    if not lines:
        return torch.zeros(1, 1, 8, 8, dtype=torch.float32, device="cpu")
    every = np.concatenate(lines)
    low, high = every.min(axis=0), every.max(axis=0)
    room = _SIDE - 2 * (_PEN + _MARGIN)
    extent = max(float((high - low).max()), 1e-9)
    # Limit the magnification, so that drawings smaller than a tenth of the pad stay dots.
    scale = room / max(extent, 0.1)
    black = np.zeros((_SIDE, _SIDE), dtype=bool)
    for line in lines:
        black |= _inked((line - (low + high) / 2) * scale + _SIDE / 2)
    blocks = black.reshape(8, _BLOCK, 8, _BLOCK).sum(axis=(1, 3))
    return torch.from_numpy(blocks.astype(np.float32) / 16)[None, None]


def _points(stroke: Sequence[Sequence[float]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    for point in stroke:
        pair = isinstance(point, list | tuple) and len(point) == 2
        if not pair or not all(
            isinstance(number, int | float) and math.isfinite(number) and 0 <= number <= 1
            for number in point
        ):
            raise ValueError(f"strokes must hold points (x, y) in [0, 1], got {point!r}")
    return np.asarray(stroke, dtype=np.float64)


def _inked(line: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the pixels whose centre is within half a pen width of a polyline."""
    centres = np.arange(_SIDE) + 0.5
    x, y = np.meshgrid(centres, centres)
    starts, ends = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    near = np.zeros((_SIDE, _SIDE), dtype=bool)
    for (x0, y0), (x1, y1) in zip(starts, ends, strict=True):
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        along = ((x - x0) * dx + (y - y0) * dy) / length if length > 0 else np.zeros_like(x)
        along = along.clip(0, 1)
        near |= (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2 <= _PEN**2
    return near
