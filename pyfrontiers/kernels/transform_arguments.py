"""Checks of the arguments of `transform`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import check_same_device, check_tensor
from pyfrontiers.kernels.number_arguments import check_number, check_pair, listed
from pyfrontiers.kernels.transform_parameters import Transforms

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_call(images: Tensor, transforms: Transforms, per_image: bool) -> int:
    """Check that images and transforms match and return the number of passes."""
    check_tensor("images", images)
    if images.dim() != 4:
        raise ValueError(f"images must have shape (N, C, H, W), got {tuple(images.shape)}")
    if (images.shape[2] + 3) * (images.shape[3] + 3) >= 1 << 31:
        raise ValueError(
            f"images must have fewer than 2^31 pixels each, got shape {tuple(images.shape)}"
        )
    if not isinstance(transforms, Transforms):
        raise TypeError(
            f"transforms must be a pyfrontiers.kernels.Transforms, got {type(transforms).__name__}"
        )
    check_same_device("transforms", transforms.linear, "images", images)
    if transforms.bias.shape[1] != images.shape[1]:
        raise ValueError(
            f"transforms must be for {images.shape[1]} channel(s) like images, got "
            f"{transforms.bias.shape[1]}"
        )
    count, each = transforms.linear.shape[0], images.shape[0]
    if not per_image:
        return count
    if count != 0 and (each == 0 or count % each != 0):
        raise ValueError(
            f"transforms must be a multiple of the {each} image(s) in number, got {count} with "
            "per_image"
        )
    return count // each if each else 0


def background_values(background: float | Sequence[float], images: Tensor) -> Tensor:
    """Return the background of each channel, float64 (C,)."""
    channels = images.shape[1]
    items = listed(background)
    if items is None:
        items = [background] * channels
    values = [check_number("background", item) for item in items]
    if len(values) != channels:
        raise ValueError(
            f"background must have one value, or one for each of {channels} channel(s), got "
            f"{len(values)}"
        )
    if not all(math.isfinite(value) for value in values):
        raise ValueError(f"background must hold finite numbers, got {background}")
    if not images.is_cuda:
        return torch.tensor(values, dtype=torch.float64, device="cpu")
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
    low, high = (-math.inf, math.inf) if clip is None else check_pair("clip", clip)
    if not low <= high:
        raise ValueError(f"clip must have low <= high and no NaN, got {clip}")
    return float(low), float(high)
