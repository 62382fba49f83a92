"""A convolutional network without any regularisation, which can fit arbitrary labels."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Range, Seed, checked
from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in

__all__ = ["WIDTH", "FittingNet", "parameter_count"]

#: Default number of filters of the first convolution, as in claim C5.
WIDTH = 32
#: Feature maps are pooled until their side is at most this many pixels.
_SMALL = 4


Size = Annotated[int, Range(1, 4096)]


class FittingNet(nn.Module):
    """Convolutions with `width`, 2 `width`, 2 `width`, ... filters, then two linear layers.

    3 x 3 convolutions with ReLU and 2 x 2 max pooling alternate until the maps are at most 4 pixels
    wide. One more convolution and a hidden layer of 8 `width` units follow. The network has no
    regularisation, so only its size and the number of training steps limit what it can fit.

    The weights depend on `seed` only; torch's generators are neither read nor advanced.

    Args:
        channels: colour channels of the images, 1 or 3.
        side: height and width of the images in pixels, at least 2.
        classes: number of outputs.
        width: filters of the first convolution, at least 1.
        seed: 64-bit seed of the initial weights.
    """

    @checked
    def __init__(
        self,
        channels: Size,
        side: Annotated[int, Range(2, 4096)],
        classes: Size,
        *,
        width: Size = WIDTH,
        seed: Seed = 0,
    ) -> None:
        super().__init__()
        with torch.device("meta"):  # skips torch's initialisation and its random draws
            self.layers = nn.Sequential(*_layers(channels, side, classes, width))
        self.to_empty(device="cpu").float()
        for number, layer in enumerate(self.layers):
            if isinstance(layer, nn.Conv2d | nn.Linear):
                he_uniform(layer, fold_in(seed, number))

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (N, classes) of images (N, channels, side, side)."""
        logits: Tensor = self.layers(images)
        return logits


def _layers(channels: int, side: int, classes: int, width: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    filters, planes = channels, width
    while side > _SMALL:
        layers += [nn.Conv2d(filters, planes, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        filters, planes, side = planes, 2 * width, side // 2
    layers += [nn.Conv2d(filters, planes, 3, padding=1), nn.ReLU(), nn.Flatten()]
    layers += [nn.Linear(planes * side * side, 8 * width), nn.ReLU()]
    return [*layers, nn.Linear(8 * width, classes)]


@checked
def parameter_count(model: nn.Module) -> int:
    """Return the number of trainable parameters of a model."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
