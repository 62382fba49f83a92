"""Between photographs (8-bit, any size) and what the classifier looks at (224 x 224 in [0, 1])."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from pyfrontiers.vision.classifier import IMAGE_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEVELS", "prepare", "prepared_pixels", "quantise", "ssim", "to_image"]

LEVELS: Final = 255
"""Steps of an 8-bit channel: one grey level is 1/255."""

# The share of the shorter side that is kept: 224 of 256 pixels, as in ImageNet evaluation.
_CENTRE: Final = 224 / 256


def prepare(image: Image.Image, size: int = IMAGE_SIZE) -> Tensor:
    """Return the centre of a photograph as the classifier wants it.

    The middle square, 224/256 of the shorter side, is resized bicubically. The square is cut out
    before it is resized, so a picture of 1 x 20,000,000 pixels needs no more memory than any other.
    A picture of exactly the wanted size is taken as it is.

    Args:
        image: a photograph of any size and mode.
        size: height and width of the result in pixels.

    Returns:
        RGB tensor (3, size, size), float32; every value is a multiple of 1/255 in [0, 1].

    Raises:
        ValueError: `size` is smaller than 1.
    """
    square = _centre(image, size)
    return torch.from_numpy(square).permute(2, 0, 1).contiguous().to(torch.float32) / LEVELS


def prepared_pixels(image: Image.Image, size: int = IMAGE_SIZE) -> bytes:
    """Return what `prepare` returns as size x size RGB bytes by rows, to send or to store.

    Raises:
        ValueError: `size` is smaller than 1.
    """
    return _centre(image, size).tobytes()


def _centre(image: Image.Image, size: int) -> NDArray[np.uint8]:
    if size < 1:
        raise ValueError(f"size: got {size}, want at least 1 pixel")
    width, height = image.size
    # A picture that has been prepared already, such as a saved attack, must not be cut again.
    share = 1.0 if image.size == (size, size) else _CENTRE
    side = min(width, height) * share
    left, top = (width - side) / 2, (height - side) / 2
    square = image.convert("RGB").resize(
        (size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    return np.array(square)


def quantise(adversarial: Tensor, original: Tensor, epsilon: float) -> Tensor:
    """Round an adversarial picture to 8 bits without leaving the ball around the original.

    Rounding x' to the nearest level can move it past epsilon. Here the perturbation is rounded in
    whole levels and cut at floor(255 epsilon), so that what a PNG file holds is still within
    epsilon of what the original's file holds.

    Args:
        adversarial: picture x' in [0, 1], any shape.
        original: picture x of the same shape; its values are multiples of 1/255.
        epsilon: the largest change of one pixel, in [0, 1].

    Returns:
        float32 tensor of the same shape with multiples of 1/255 in [0, 1].

    Raises:
        ValueError: the shapes differ.
    """
    if adversarial.shape != original.shape:
        raise ValueError(
            f"adversarial: got shape {tuple(adversarial.shape)}, want the original's "
            f"{tuple(original.shape)}"
        )
    start = (original.double() * LEVELS).round()
    # 1e-6 of a level: 4/255 * 255 must count as four although it may be 3.9999999999999996.
    most = math.floor(epsilon * LEVELS + 1e-6)
    change = ((adversarial.double() - original.double()) * LEVELS).round().clamp(-most, most)
    return ((start + change).clamp(0, LEVELS) / LEVELS).to(torch.float32)


def to_image(pixels: Tensor) -> Image.Image:
    """Return an RGB tensor (3, H, W) in [0, 1] as an 8-bit picture, rounded to the nearest level.

    Raises:
        ValueError: the tensor has another shape.
    """
    if pixels.ndim != 3 or pixels.shape[0] != 3:
        raise ValueError(f"pixels: got shape {tuple(pixels.shape)}, want (3, height, width)")
    levels = (pixels.detach().float().cpu() * LEVELS).round().clamp(0, LEVELS).to(torch.uint8)
    return Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())


def ssim(first: Tensor, second: Tensor) -> float:
    """Return the structural similarity of two pictures, 1 for equal ones.

    Mean over the three channels, Gaussian window with sigma 1.5, K1 = 0.01, K2 = 0.03, range 1.

    Args:
        first: RGB tensor (3, H, W) in [0, 1]; both sides at least 11 pixels.
        second: the picture compared with it, of the same shape.

    Raises:
        ValueError: the shapes differ, or they are not (3, H, W).

    Source: Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity,
    IEEE Transactions on Image Processing 13 (2004), section III.
    """
    if first.shape != second.shape or first.ndim != 3:
        raise ValueError(
            f"second: got shape {tuple(second.shape)} beside {tuple(first.shape)}, "
            "want two pictures of shape (3, height, width)"
        )
    from skimage.metrics import structural_similarity

    return float(
        structural_similarity(  # type: ignore[no-untyped-call]  # scikit-image has no types
            first.double().numpy(),
            second.double().numpy(),
            channel_axis=0,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )
