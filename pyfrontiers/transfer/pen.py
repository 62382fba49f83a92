"""A pen: strokes to images of 16 x 16 pixels, for glyphs and for the drawings of visitors."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked

__all__ = ["PEN", "SIDE", "ink"]

SIDE = 16
"""Rows and columns of an image."""
PEN = 0.055
"""Usual half width of the pen, as a share of the image."""
_BLOCK = 400  # images drawn at a time, to bound memory


@checked
def ink(
    strokes: Annotated[Tensor, Floats("N", "S>0", "P>0", 2)],
    *,
    pen: Annotated[Tensor, Floats("N")] | None = None,
) -> Tensor:
    """Draw strokes: a pixel is as dark as the pen covers it, by its distance from the stroke.

    Args:
        strokes: (N, S, P, 2) S strokes of P points (x, y) for each of N images, in [0, 1] with y
            pointing down; a stroke with NaN is left out.
        pen: (N,) half width of the pen as a share of the image; None for `PEN`.

    Returns:
        (N, 256) float32 in [0, 1], rows of 16 x 16 pixels.

    Raises:
        ValueError: a shape differs.
    """
    wide = (
        torch.full((len(strokes),), PEN, dtype=torch.float32, device="cpu") if pen is None else pen
    )
    blocks = zip(*(torch.split(part.float(), _BLOCK) for part in (strokes, wide)), strict=True)
    drawn = [_inked(points, half) for points, half in blocks]
    return torch.cat(drawn) if drawn else strokes.new_zeros((0, SIDE * SIDE)).float()


def _inked(strokes: Tensor, pen: Tensor) -> Tensor:
    centres = (torch.arange(SIDE, dtype=torch.float32, device="cpu") + 0.5) / SIDE
    down, right = torch.meshgrid(centres, centres, indexing="ij")
    pixels = torch.stack([right, down], -1).reshape(1, 1, -1, 2)
    begin, end = strokes[:, :, :-1], strokes[:, :, 1:]
    if strokes.shape[2] == 1:  # a dot
        begin = end = strokes
    begin, way = begin.flatten(1, 2)[:, :, None], (end - begin).flatten(1, 2)[:, :, None]
    length = way.square().sum(-1).clamp_min(1e-12)
    along = (((pixels - begin) * way).sum(-1) / length).clamp(0, 1)
    away = (pixels - begin - along[..., None] * way).square().sum(-1)
    nearest = away.nan_to_num(torch.inf).amin(1).sqrt()
    # One pixel wide, the edge of the pen goes from black to white.
    return ((pen[:, None] - nearest) * SIDE + 0.5).clamp(0, 1)
