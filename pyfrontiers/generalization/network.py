"""The network that fits anything: plain convolutions without dropout, weight decay or noise."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in

__all__ = ["WIDTH", "FittingNet", "parameter_count"]

#: Filters of the first convolution of the network that the claim is about.
WIDTH = 32
#: Side in pixels from which on the feature maps are no longer halved.
_SMALL = 4


class FittingNet(nn.Module):
    """Convolutions with `width`, 2 `width`, 2 `width`, ... filters, then two linear layers.

    Each 3 x 3 convolution is followed by a rectifier and by a maximum over 2 x 2 pixels until
    the maps are 4 pixels wide; one more convolution follows, then 8 `width` hidden units. Nothing
    in it regularises: what it fails to fit, it fails for want of weights or of steps.

    Weights come from `seed` alone; torch's generators are neither read nor moved.

    Args:
        channels: colours of the images, 1 or 3.
        side: height and width of the images in pixels, at least 2.
        classes: number of outputs.
        width: filters of the first convolution, at least 1.
        seed: 64-bit stream of the initial weights.
    """

    def __init__(
        self, channels: int, side: int, classes: int, *, width: int = WIDTH, seed: int = 0
    ) -> None:
        super().__init__()
        with torch.device("meta"):  # so that torch's own initialisation draws nothing
            self.layers = nn.Sequential(*_layers(channels, side, classes, width))
        self.to_empty(device="cpu")
        for number, layer in enumerate(self.layers):
            if isinstance(layer, nn.Conv2d | nn.Linear):
                he_uniform(layer, fold_in(seed, number))

    def forward(self, images: Tensor) -> Tensor:
        """Give the logits: (N, channels, side, side) -> (N, classes)."""
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


def parameter_count(model: nn.Module) -> int:
    """Count the numbers that training may change."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
