"""The depth network: an encoder and a decoder with channel dropout and two outputs."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import Seed, Share, checked
from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in
from pyfrontiers.uncertainty import MCDropout

__all__ = ["LEAST_SIGMA", "DepthNet"]

#: Channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture's size.
CHANNELS = (24, 48, 64, 80, 80)
#: Outputs of the last layer are in this unit of inverse depth, 1/m.
_UNIT = 0.1
#: Least predicted noise, in 1/m: the likelihood of the sky, whose inverse depth is exactly 0, would
#: have no maximum without it.
LEAST_SIGMA = 0.001


class DepthNet(nn.Module):
    """Predict inverse depth and its variance from one picture.

    A U-net at half the picture's size: the 2 x 2 pixels of each block become channels, and the
    outputs are rearranged back, so that edges stay sharp and no layer runs at full size. Channel
    dropout follows the deep layers, where a channel is a feature of the scene; the layers before it
    are the same in all passes.

    Weights and masks depend on `seed` only.

    Args:
        p: probability of dropping a channel, in [0, 1].
        seed: 64-bit seed of the initial weights and of the masks drawn in training.

    Source:
        Kendall and Gal, What Uncertainties Do We Need in Bayesian Deep Learning for Computer
        Vision?, NeurIPS 2017, sec. 3; Kendall, Badrinarayanan and Cipolla, Bayesian SegNet, BMVC
        2017, for dropout in the deep layers; Ronneberger, Fischer and Brox, U-Net, MICCAI 2015.
    """

    @checked
    def __init__(self, *, p: Share = 0.08, seed: Seed = 0) -> None:
        super().__init__()
        # On the CPU in single precision whatever torch's defaults, and without torch's generator.
        with torch.random.fork_rng(devices=[]), torch.device("cpu"):
            self._build(p, seed)
        self.float()
        convolutions = [m for m in self.modules() if isinstance(m, nn.Conv2d)]
        for number, layer in enumerate(convolutions):
            he_uniform(layer, fold_in(seed, 16 + number))
        with torch.no_grad():
            self.head.weight.mul_(0.1)

    def _build(self, p: float, seed: int) -> None:
        a, b, c, d, e = CHANNELS
        self.stem = _layer(13, a)
        self.down = nn.ModuleList(
            [
                nn.Sequential(_layer(a, b, stride=2), _layer(b, b)),
                nn.Sequential(_layer(b, c, stride=2), _layer(c, c)),
                nn.Sequential(_layer(c, d, stride=2), _layer(d, d)),
                nn.Sequential(_layer(d, e, stride=2)),
            ]
        )
        self.up = nn.ModuleList([_layer(e, d, 1), _layer(d, c), _layer(c, b), _layer(b, a)])
        self.drop = nn.ModuleList(
            [MCDropout(p, granularity="channel", seed=fold_in(seed, n)) for n in range(4)]
        )
        self.fine = nn.Sequential(_layer(a, a), _layer(a, a))
        self.head = nn.Conv2d(a, 8, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """Return inverse depth and log-variance (N, 2, H, W) of pictures (N, 3, H, W) in [0, 1].

        Inverse depth is in 1/m and its variance in 1/m^2, as the reference camera would see them;
        see `cameras`. H and W are multiples of 2.
        """
        blocks = F.pixel_unshuffle(images - 0.5, 2)
        rows = torch.linspace(-1.0, 1.0, blocks.shape[2], device=images.device, dtype=images.dtype)
        where = rows[:, None].expand(len(images), 1, -1, blocks.shape[3])
        features = self.stem(torch.cat([blocks, where], 1))
        levels = []
        for number, down in enumerate(self.down):
            levels.append(features)
            features = down(features)
            if number >= 2:
                features = self.drop[number - 2](features)
        for number, (up, level) in enumerate(zip(self.up, reversed(levels), strict=True)):
            size = level.shape[2:]
            features = level + F.interpolate(up(features), size=size, mode="nearest")
            if number in (1, 2):
                features = self.drop[number + 1](features)
        raw = F.pixel_shuffle(self.head(self.fine(features)), 2)
        floor = torch.full_like(raw[:, 1:], 2 * math.log(LEAST_SIGMA / _UNIT))
        spread = torch.logaddexp(2.0 * raw[:, 1:], floor) + 2 * math.log(_UNIT)
        return torch.cat([_UNIT * raw[:, :1], spread], 1)


def _layer(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
