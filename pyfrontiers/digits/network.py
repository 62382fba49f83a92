"""The small convolutional network of the dropout-sampling lab."""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal

import torch
from torch import nn

from pyfrontiers.arguments import Seed, Share, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.uncertainty import MCDropout

#: Filters of the three convolutions, few enough to show all 36 in one figure.
CHANNELS = (8, 12, 16)


class DigitNet(nn.Sequential):
    """Three 3 x 3 convolutions, each followed by dropout, and one linear layer.

    `conv1 - relu - drop1 - conv2 - relu - pool - drop2 - conv3 - relu - drop3 - linear` maps pixels
    (N, 1, 8, 8) in [0, 1] to logits (N, 10). Masking an output channel of a convolution masks one
    of its filters, so every stochastic pass is one draw of the weights. A mask of single elements,
    Dropout as it was first proposed, is no mask of the weights.

    Weights and masks depend on `seed` only; torch's generators are neither read nor advanced.

    Args:
        channels: numbers of filters of the three convolutions.
        p: probability of dropping a filter or an element, in [0, 1].
        seed: 64-bit seed of the initial weights and of the masks drawn in training.
        granularity: whether a mask drops whole channels or single elements.
    """

    @checked
    def __init__(
        self,
        channels: tuple[int, int, int] = CHANNELS,
        *,
        p: Share = 0.5,
        seed: Seed = 0,
        granularity: Literal["element", "channel"] = "channel",
    ) -> None:
        a, b, c = channels

        def drop(layer: int) -> MCDropout:
            return MCDropout(p, granularity=granularity, seed=fold_in(seed, layer))

        with torch.device("meta"):  # skips torch's initialisation and its random draws
            conv1, conv2 = nn.Conv2d(1, a, 3, padding=1), nn.Conv2d(a, b, 3, padding=1)
            conv3, linear = nn.Conv2d(b, c, 3, padding=1), nn.Linear(16 * c, 10)
        super().__init__(
            OrderedDict(
                conv1=conv1,
                relu1=nn.ReLU(),
                drop1=drop(0),
                conv2=conv2,
                relu2=nn.ReLU(),
                pool=nn.MaxPool2d(2),
                drop2=drop(1),
                conv3=conv3,
                relu3=nn.ReLU(),
                drop3=drop(2),
                flatten=nn.Flatten(),
                linear=linear,
            )
        )
        self.to_empty(device="cpu").float()
        weighted: tuple[nn.Conv2d | nn.Linear, ...] = (conv1, conv2, conv3, linear)
        for number, layer in enumerate(weighted):
            he_uniform(layer, fold_in(seed, 16 + number))


def he_uniform(layer: nn.Conv2d | nn.Linear, seed: int) -> None:
    """Initialise the weights uniformly in ±sqrt(6 / fan-in) and the biases with zero.

    With ReLUs, the variance of the activations then stays constant with depth.

    Args:
        layer: layer whose weight and bias are overwritten.
        seed: 64-bit seed of the weights.

    Source:
        He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015, sec. 2.2.
    """
    fan_in = layer.weight[0].numel()
    with torch.no_grad():
        layer.weight.copy_(
            (2 * uniform(layer.weight.shape, dtype=torch.float32, seed=seed) - 1)
            * (6 / fan_in) ** 0.5
        )
        if layer.bias is not None:
            layer.bias.zero_()
