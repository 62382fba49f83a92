"""Maps of depth and uncertainty as pictures."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, checked
from pyfrontiers.depth.prediction import DepthMaps

__all__ = ["SIGMA_TOP", "map_picture", "map_sheet"]

Scale = Literal["depth", "sigma"]

SIGMA_TOP: Final = 0.05
"""Sigma or error in 1/m that is drawn in the brightest colour."""
_NEAREST: Final = 0.3
"""Inverse depth in 1/m that is drawn in the brightest colour: 3.3 m."""
_RAMPS: Final = {
    # matplotlib's viridis and inferno at nine places: brightness rises with the value.
    "depth": "440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725",
    "sigma": "000004 1f0c48 550f6d 88226a ba3655 e35933 f98e09 f9cb35 fcffa4",
}
_GAP: Final = 4


@checked
def map_picture(
    values: Annotated[Tensor, Floats("H>0", "W>0")],
    scale: Scale = "sigma",
    *,
    top: float | None = None,
    zoom: Count = 1,
) -> Tensor:
    """Colour a map.

    Args:
        values: (H, W) inverse depth, a sigma or an error, in 1/m; NaN is grey.
        scale: "depth" colours the square root of inverse depth, "sigma" the value itself.
        top: value of the brightest colour; 0.3 for depth and 0.05 for sigma if None.
        zoom: rows and columns for each pixel.

    Returns:
        (zoom H, zoom W, 3) uint8.

    Raises:
        ValueError: `top` is not positive, or another argument is out of range.
    """
    most = (_NEAREST if scale == "depth" else SIGMA_TOP) if top is None else top
    if not 0 < most < float("inf"):
        raise ValueError(f"top must be positive and finite, got {most}")
    share = (values.detach().float().cpu() / most).nan_to_num(0.0).clamp(0, 1)
    share = share.sqrt() if scale == "depth" else share
    ramp = torch.tensor(
        [list(bytes.fromhex(colour)) for colour in _RAMPS[scale].split()],
        dtype=torch.float32,
        device="cpu",
    )
    place = share * (len(ramp) - 1)
    low = place.floor().long().clamp_max(len(ramp) - 2)
    part = (place - low)[..., None]
    colours = ramp[low] * (1 - part) + ramp[low + 1] * part
    colours[values.isnan().cpu()] = 128.0
    whole = colours.round().to(torch.uint8)
    return whole.repeat_interleave(zoom, 0).repeat_interleave(zoom, 1)


@checked
def map_sheet(
    image: Annotated[Tensor, Floats("3", "H>0", "W>0")], maps: DepthMaps, *, zoom: Count = 4
) -> Tensor:
    """Draw a picture above its maps: depth and sigma, aleatoric and epistemic.

    Args:
        image: (3, H, W) in [0, 1], the picture that was predicted.
        maps: the prediction of this one picture.
        zoom: rows and columns for each pixel.

    Returns:
        (rows, columns, 3) uint8: three rows of pictures with gaps. The first row shows the picture
        and its depth, the second aleatoric and epistemic sigma, the third total sigma.

    Raises:
        ValueError: the maps are of several pictures or of another size.
    """
    if maps.inverse_depth.shape != (1, *image.shape[1:]):
        raise ValueError(
            f"maps must have shape {(1, *image.shape[1:])} like image, got "
            f"{tuple(maps.inverse_depth.shape)}"
        )
    large = F.interpolate(image[None], scale_factor=zoom, mode="bilinear", align_corners=False)[0]
    shown = [
        (large.clamp(0, 1) * 255).round().to(torch.uint8).movedim(0, 2),
        map_picture(maps.inverse_depth[0], "depth", zoom=zoom),
        map_picture(maps.aleatoric[0], zoom=zoom),
        map_picture(maps.epistemic[0], zoom=zoom),
        map_picture(maps.sigma[0], zoom=zoom),
    ]
    rows, columns = shown[0].shape[:2]
    sheet = torch.full(
        (3 * rows + 2 * _GAP, 2 * columns + _GAP, 3), 255, dtype=torch.uint8, device="cpu"
    )
    for number, picture in enumerate(shown):
        top, left = (rows + _GAP) * (number // 2), (columns + _GAP) * (number % 2)
        sheet[top : top + rows, left : left + columns] = picture
    return sheet
