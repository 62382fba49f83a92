"""The features that EfficientNet-Lite0 classifies by, for layers that learn something else."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Seed, checked
from pyfrontiers.kernels import uniform
from pyfrontiers.vision.classifier import IMAGE_SCALING, IMAGE_SIZE, classifier
from pyfrontiers.vision.labels import find_class
from pyfrontiers.vision.pixels import LEVELS

__all__ = ["CATS", "DOGS", "FEATURES", "crops", "features", "pet_logits"]

FEATURES: Final = 1280
"""Length of a feature vector."""

DOGS: Final = range(find_class("Chihuahua"), find_class("Mexican hairless") + 1)
"""The 118 classes of dogs."""

CATS: Final = range(find_class("tabby"), find_class("Egyptian cat") + 1)
"""The 5 classes of domestic cats."""

#: Images at a time: more would leave the processor's cache.
_BATCH = 8
#: A crop's side relative to the shorter side of its photograph is at least this.
_SMALLEST = 0.75


@checked
@torch.no_grad()
def features(
    images: Annotated[Tensor, Floats("N", 3, IMAGE_SIZE, IMAGE_SIZE)], *, fast: bool = False
) -> Tensor:
    """Return what the ImageNet classifier's last layer sees.

    Args:
        images: RGB (N, 3, 224, 224) in [0, 1].
        fast: compute in bfloat16, which takes less than half the time on processors that multiply
            it; the features then differ by about a hundredth of their length.

    Returns:
        (N, 1280) features, >= 0: the means over the image of the last convolution's channels.
    """
    network: Any = classifier().network
    mean, scale = IMAGE_SCALING
    parts = []
    with torch.autocast("cpu", torch.bfloat16, enabled=fast):
        for batch in torch.split(images.float(), _BATCH):
            x = ((batch - mean) / scale).contiguous(memory_format=torch.channels_last)
            parts.append(network.extract_features(x).float().mean((2, 3)))
    return torch.cat(parts) if parts else images.new_zeros(0, FEATURES)


@checked
@torch.no_grad()
def pet_logits(found: Annotated[Tensor, Floats("N", FEATURES)]) -> Tensor:
    """Return the ImageNet classifier's logits of its dogs and cats.

    Args:
        found: (N, 1280), as `features` returns them.

    Returns:
        (N, 123) logits: 118 dogs, then 5 cats.
    """
    network: Any = classifier().network
    kept = torch.tensor([*DOGS, *CATS])
    logits: Tensor = found.float() @ network._fc.weight[kept].T + network._fc.bias[kept]
    return logits


@checked
def crops(image: Image.Image, count: Count, *, seed: Seed = 0) -> Tensor:
    """Cut random squares out of a photograph, half of them mirrored.

    Args:
        image: a photograph of any size and mode.
        count: number of crops.
        seed: 64-bit seed; crop number i is a function of (seed, i) alone.

    Returns:
        RGB (count, 3, 224, 224) in [0, 1]. A crop's side is 75 to 100 % of the shorter side.
    """
    chosen = uniform((count, 4), seed=seed, dtype=torch.float32).tolist()
    plain = image.convert("RGB")
    squares = np.stack([_square(plain, *numbers) for numbers in chosen])
    return torch.from_numpy(squares).permute(0, 3, 1, 2).contiguous().float() / LEVELS


def _square(image: Image.Image, size: float, x: float, y: float, mirror: float) -> Any:
    side = min(image.size) * (_SMALLEST + (1 - _SMALLEST) * size)
    left, top = x * (image.width - side), y * (image.height - side)
    square = image.resize(
        (IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    if mirror < 0.5:
        square = square.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(square)
