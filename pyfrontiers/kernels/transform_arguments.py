"""Checks of the arguments of `transform`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import check_same_device, check_tensor
from pyfrontiers.kernels.transform_parameters import Transforms

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_call(images: Tensor, transforms: Transforms, per_image: bool) -> int:
    """Check that images and transforms match and return the number of passes."""
    check_tensor("images", images)
    if images.dim() != 4:
        raise ValueError(f"images: got shape {tuple(images.shape)}, wanted (N, C, H, W)")
    if (images.shape[2] + 3) * (images.shape[3] + 3) >= 1 << 31:
        raise ValueError(
            f"images: got shape {tuple(images.shape)}, wanted fewer than 2^31 pixels an image"
        )
    if not isinstance(transforms, Transforms):
        raise TypeError(f"transforms: got {type(transforms).__name__}, wanted Transforms")
    check_same_device("transforms", transforms.linear, "images", images)
    if transforms.bias.shape[1] != images.shape[1]:
        raise ValueError(
            f"transforms: got them for {transforms.bias.shape[1]} channel(s), wanted "
            f"{images.shape[1]} as images has"
        )
    count, each = transforms.linear.shape[0], images.shape[0]
    if not per_image:
        return count
    if count != 0 and (each == 0 or count % each != 0):
        raise ValueError(
            f"transforms: got {count} with per_image, wanted a multiple of {each} image(s)"
        )
    return count // each if each else 0


def background_values(background: float | Sequence[float], images: Tensor) -> Tensor:
    """Return the background of each channel, float64 (C,)."""
    channels = images.shape[1]
    values = [background] * channels if isinstance(background, (int, float)) else list(background)
    if len(values) != channels:
        raise ValueError(
            f"background: got {len(values)} value(s), wanted one, or one for each of "
            f"{channels} channel(s)"
        )
    if not all(math.isfinite(value) for value in values):
        raise ValueError(f"background: got {background}, wanted finite numbers")
    if not images.is_cuda:
        return torch.tensor(values, dtype=torch.float64)
    # `fill_` only launches a kernel; copying a list would wait for the device.
    filled = torch.full(
        (channels,), values[0] if values else 0.0, dtype=torch.float64, device=images.device
    )
    for channel, value in enumerate(values):
        if value != values[0]:
            filled[channel].fill_(value)
    return filled


def clip_bounds(clip: tuple[float, float] | None) -> tuple[float, float]:
    """Return low and high; infinite for no clip."""
    low, high = (-math.inf, math.inf) if clip is None else clip
    if not low <= high:
        raise ValueError(f"clip: got {clip}, wanted low <= high, neither NaN")
    return float(low), float(high)
