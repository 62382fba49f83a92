"""`transform` in plain torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from pyfrontiers.kernels.philox_reference import words_reference
from pyfrontiers.kernels.streams import STREAMS
from pyfrontiers.kernels.transform_arguments import background_values, check_call, clip_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.kernels.transform_parameters import Transforms

__all__ = ["transform_reference"]


def transform_reference(
    images: Tensor,
    transforms: Transforms,
    *,
    per_image: bool = False,
    background: float | Sequence[float] = 0.0,
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Compute `transform` in plain torch and float64, one transform at a time."""
    passes = check_call(images, transforms, per_image)
    around = background_values(background, images).reshape(-1, 1, 1)
    low, high = clip_bounds(clip)
    each, _, height, width = images.shape
    theta = transforms.theta(height, width)
    values = images.double() - around
    results = []
    for t in range(passes):
        rows = [t * each + n if per_image else t for n in range(each)]
        grid = functional.affine_grid(theta[rows], list(images.shape), align_corners=False)
        sampled = functional.grid_sample(values, grid, align_corners=False) + around
        for n, row in enumerate(rows):
            blur = 0.0 if transforms.blur is None else float(transforms.blur[row])
            blurred = _blur_reference(sampled[n], blur)
            mixed = torch.einsum("ck,khw->chw", transforms.colour[row], blurred)
            noise = _noise_reference(
                transforms.seed,
                int(transforms.samples[row]),
                0 if per_image else n * mixed.numel(),
                mixed.numel(),
            ).reshape(mixed.shape)
            shifted = mixed + transforms.bias[row][:, None, None]
            results.append(shifted + transforms.noise[row] * noise)
    stacked = torch.stack(results) if results else values[:0]
    return stacked.reshape(passes, *images.shape).clamp(low, high).to(images.dtype)


def _blur_reference(image: Tensor, sigma: float) -> Tensor:
    radius = math.ceil(3.0 * sigma)
    if radius == 0:
        return image
    distance = torch.arange(-radius, radius + 1, dtype=torch.float64, device="cpu")
    weights = (-0.5 * (distance / sigma).square()).exp()
    weights = weights / weights.sum()
    padded = functional.pad(image[:, None], (radius,) * 4, mode="replicate")
    rows = functional.conv2d(padded, weights.reshape(1, 1, 1, -1))
    return functional.conv2d(rows, weights.reshape(1, 1, -1, 1))[:, 0]


def _noise_reference(seed: int, sample: int, first: int, n: int) -> Tensor:
    """Return elements first to first + n of the noise of a sample."""
    counters = torch.arange(first // 4, (first + n + 3) // 4, device="cpu")
    words = words_reference(counters, sample, STREAMS["transform_noise"], seed)
    u = (words.double() + 0.5) * 2.0**-32
    radius, angle = (-2.0 * u[:, 0::2].log()).sqrt(), 2.0 * math.pi * u[:, 1::2]
    pairs = torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1)
    return pairs.flatten()[first % 4 : first % 4 + n]
