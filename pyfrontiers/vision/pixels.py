"""Convert between photographs (8-bit, any size) and classifier inputs (224 x 224 in [0, 1])."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from pyfrontiers.arguments import Floats, Range, Share, checked
from pyfrontiers.vision.classifier import IMAGE_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEVELS", "prepare", "prepared_pixels", "quantise", "ssim", "to_image"]

LEVELS: Final = 255
"""Number of steps of an 8-bit channel: one grey level is 1/255."""

# Side of the centre crop relative to the shorter side of the image, as in ImageNet evaluation.
_CENTRE: Final = 224 / 256


Side = Annotated[int, Range(1, 1 << 15)]


@checked
def prepare(image: Image.Image, size: Side = IMAGE_SIZE) -> Tensor:
    """Crop the centre of a photograph and resize it to the classifier's input.

    The crop is a square of 224/256 of the shorter side, resized with bicubic interpolation. An
    image that already has the requested size is not cropped. Cropping and resizing are one
    operation, so memory does not depend on the aspect ratio of the image.

    Args:
        image: a photograph of any size and mode.
        size: height and width of the result in pixels, at least 1.

    Returns:
        RGB tensor (3, size, size), float32, whose values are multiples of 1/255 in [0, 1].

    Raises:
        ValueError: `size` is less than 1.
    """
    square = _centre(image, size)
    return torch.from_numpy(square).permute(2, 0, 1).contiguous().to(torch.float32) / LEVELS


@checked
def prepared_pixels(image: Image.Image, size: Side = IMAGE_SIZE) -> bytes:
    """Return the result of `prepare` as size x size RGB bytes in row order.

    Args:
        image: a photograph of any size and mode.
        size: height and width of the result in pixels, at least 1.

    Raises:
        ValueError: `size` is less than 1.
    """
    return _centre(image, size).tobytes()


def _centre(image: Image.Image, size: int) -> NDArray[np.uint8]:
    width, height = image.size
    # An image that is already prepared, such as a saved adversarial image, is not cropped again.
    share = 1.0 if image.size == (size, size) else _CENTRE
    side = min(width, height) * share
    left, top = (width - side) / 2, (height - side) / 2
    square = image.convert("RGB").resize(
        (size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    return np.array(square)


@checked
def quantise(
    adversarial: Annotated[Tensor, Floats("...")],
    original: Annotated[Tensor, Floats("...")],
    epsilon: Share,
) -> Tensor:
    """Round an adversarial image to 8 bits without leaving the L-infinity ball.

    Rounding x' itself to the nearest level could move it past epsilon. This rounds the perturbation
    to whole levels and clamps it at floor(255 epsilon), so that the image stays within epsilon of
    the original when both are saved as PNG.

    Args:
        adversarial: image x' in [0, 1], any shape.
        original: image x of the same shape, whose values are multiples of 1/255.
        epsilon: largest change of a pixel value, in [0, 1].

    Returns:
        float32 tensor of the same shape, whose values are multiples of 1/255 in [0, 1].

    Raises:
        ValueError: the shapes differ.
    """
    if adversarial.shape != original.shape:
        raise ValueError(
            f"adversarial must have the shape of original, {tuple(original.shape)}, got "
            f"{tuple(adversarial.shape)}"
        )
    start = (original.double() * LEVELS).round()
    # The tolerance of 1e-6 levels is for 4/255 * 255, which may come out as 3.9999999999999996.
    most = math.floor(epsilon * LEVELS + 1e-6)
    change = ((adversarial.double() - original.double()) * LEVELS).round().clamp(-most, most)
    return ((start + change).clamp(0, LEVELS) / LEVELS).to(torch.float32)


@checked
def to_image(pixels: Annotated[Tensor, Floats(3, "height", "width")]) -> Image.Image:
    """Convert an RGB tensor (3, H, W) in [0, 1] to an 8-bit image, rounding to the nearest level.

    Raises:
        ValueError: the tensor has a different shape.
    """
    levels = (pixels.detach().float().cpu() * LEVELS).round().clamp(0, LEVELS).to(torch.uint8)
    return Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())


@checked
def ssim(
    first: Annotated[Tensor, Floats(3, "height", "width")],
    second: Annotated[Tensor, Floats(3, "height", "width")],
) -> float:
    """Return the structural similarity (SSIM) of two images, 1 if they are equal.

    The mean over channels and pixels, with a Gaussian window of sigma 1.5, K1 = 0.01, K2 = 0.03 and
    a data range of 1.

    Args:
        first: RGB tensor (3, H, W) in [0, 1], with H and W at least 11 pixels.
        second: the other image, of the same shape.

    Raises:
        ValueError: the shapes differ or are not (3, H, W).

    Source: Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity,
    IEEE Transactions on Image Processing 13 (2004), section III.
    """
    if first.shape != second.shape or first.ndim != 3:
        raise ValueError(
            "first and second must have one shape (3, height, width), got "
            f"{tuple(first.shape)} and {tuple(second.shape)}"
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
