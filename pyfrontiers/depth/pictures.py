"""Colours for maps of depth and uncertainty."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, checked

__all__ = ["NEAREST", "RAMPS", "SIGMA_TOP", "Scale", "map_picture"]

Scale = Literal["depth", "sigma", "difference"]


def _colours(digits: str) -> tuple[str, ...]:
    return tuple(f"#{each}" for each in digits.split())


SIGMA_TOP: Final = 0.05
"""Sigma or error in 1/m that is drawn in the brightest colour, a difference in the darkest."""
NEAREST: Final = 0.3
"""Inverse depth in 1/m that is drawn in the brightest colour: 3.3 m."""
RAMPS: Final = {
    # matplotlib's viridis and inferno at nine places: brightness rises with the value.
    "depth": _colours("440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725"),
    "sigma": _colours("000004 1f0c48 550f6d 88226a ba3655 e35933 f98e09 f9cb35 fcffa4"),
    # ColorBrewer's RdBu: blue below zero, white at zero, red above.
    "difference": _colours("2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b"),
}
"""Colours of each scale as ``#rrggbb``, evenly spaced from the lowest to the highest value."""


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
        scale: "depth" colours the square root of inverse depth, "sigma" the value itself, and
            "difference" a value with a sign: blue below zero, white at zero, red above.
        top: value of the last colour of `RAMPS`; 0.3 for depth, 0.05 for sigma and difference if
            None.
        zoom: rows and columns for each pixel.

    Returns:
        (zoom H, zoom W, 3) uint8.

    Raises:
        ValueError: `top` is not positive, or another argument is out of range.
    """
    most = (NEAREST if scale == "depth" else SIGMA_TOP) if top is None else top
    if not 0 < most < float("inf"):
        raise ValueError(f"top must be positive and finite, got {most}")
    share = (values.detach().float().cpu() / most).nan_to_num(0.0)
    if scale == "difference":
        share = (share + 1) / 2
    share = share.clamp(0, 1)
    share = share.sqrt() if scale == "depth" else share
    ramp = torch.tensor(
        [list(bytes.fromhex(colour[1:])) for colour in RAMPS[scale]],
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
