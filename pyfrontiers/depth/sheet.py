"""The maps of one picture on a sheet, each with a title and a colour bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, checked
from pyfrontiers.depth.pictures import NEAREST, SIGMA_TOP, Scale, map_picture
from pyfrontiers.depth.prediction import DepthMaps

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

__all__ = ["map_sheet"]

_GAP: Final = 4
_PANELS: Final[tuple[tuple[str, str, Scale], ...]] = (
    ("Depth, m", "inverse_depth", "depth"),
    ("Aleatoric sigma, 1/m", "aleatoric", "sigma"),
    ("Epistemic sigma, 1/m", "epistemic", "sigma"),
    ("Total sigma, 1/m", "sigma", "sigma"),
)
_DISTANCES: Final = (100, 30, 10, 5)  # labelled on the bar of depth, in m
_MARKS: Final = 5  # intervals on the bar of sigma


@checked
def map_sheet(
    image: Annotated[Tensor, Floats("3", "H>0", "W>0")], maps: DepthMaps, *, zoom: Count = 4
) -> Tensor:
    """Draw a picture and its maps: depth and sigma, aleatoric and epistemic.

    Every map has a title with the unit and a colour bar, whose last mark stands for all values
    beyond. It needs Pillow, from the extra `app`.

    Args:
        image: (3, H, W) in [0, 1], the picture that was predicted.
        maps: the prediction of this one picture.
        zoom: rows and columns for each pixel.

    Returns:
        (rows, columns, 3) uint8: three rows of two panels. The first row shows the picture and its
        depth, the second aleatoric and epistemic sigma, the third total sigma.

    Raises:
        ValueError: the maps are of several pictures or of another size.
    """
    if maps.inverse_depth.shape != (1, *image.shape[1:]):
        raise ValueError(
            f"maps must have shape {(1, *image.shape[1:])} like image, got "
            f"{tuple(maps.inverse_depth.shape)}"
        )
    import numpy as np
    from PIL import Image, ImageDraw

    large = F.interpolate(image[None], scale_factor=zoom, mode="bilinear", align_corners=False)[0]
    picture = (large.clamp(0, 1) * 255).round().to(torch.uint8).movedim(0, 2).cpu()
    rows, columns = picture.shape[:2]
    text = max(10, 4 * zoom)
    step = (columns + _GAP, rows + 4 * text + _GAP)
    sheet = Image.new("RGB", (2 * step[0] - _GAP, 3 * step[1] - _GAP), "white")
    draw = ImageDraw.Draw(sheet)
    _panel(sheet, draw, (0, 0), picture, "Picture", None, text)
    for number, (title, name, scale) in enumerate(_PANELS, start=1):
        corner = (step[0] * (number % 2), step[1] * (number // 2))
        shown = map_picture(getattr(maps, name)[0], scale, zoom=zoom)
        _panel(sheet, draw, corner, shown, title, scale, text)
    return torch.from_numpy(np.array(sheet))


def _panel(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    picture: Tensor,
    title: str,
    scale: Scale | None,
    text: int,
) -> None:
    """Draw a title, a picture below it and, for a map, a colour bar with its marks."""
    from PIL import Image, ImageFont

    left, top = corner
    font = ImageFont.load_default(text)
    draw.text((left + 2, top + text * 3 // 4), title, "black", font, anchor="lm")
    rows, columns = picture.shape[:2]
    top += text * 3 // 2
    sheet.paste(Image.fromarray(picture.numpy()), (left, top))
    if scale is None:
        return
    top += rows + _GAP
    sheet.paste(Image.fromarray(_bar(scale, text // 2, columns).numpy()), (left, top))
    for share, label in _marks(scale):
        anchor = "lt" if share == 0 else "rt" if share == 1 else "mt"
        x = left + round(share * (columns - 1))
        draw.line((x, top, x, top + text // 2 + 2), "black")
        draw.text((x, top + text // 2 + 4), label, "black", font, anchor=anchor)


def _bar(scale: Scale, height: int, width: int) -> Tensor:
    """Return all colours of a scale from left to right, (height, width, 3) uint8."""
    share = torch.linspace(0, 1, width, device="cpu")
    values = NEAREST * share**2 if scale == "depth" else SIGMA_TOP * share
    return map_picture(values.expand(height, -1), scale)


def _marks(scale: Scale) -> list[tuple[float, str]]:
    """Return the places on a bar, from 0 to 1, with their labels."""
    if scale == "depth":
        places = [((1 / (NEAREST * metres)) ** 0.5, f"{metres}") for metres in _DISTANCES]
        return [*places, (1.0, f"{1 / NEAREST:.2g}")]
    return [(k / _MARKS, f"{SIGMA_TOP * k / _MARKS:.2g}") for k in range(_MARKS + 1)]
