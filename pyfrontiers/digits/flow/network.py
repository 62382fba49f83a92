"""The velocity field of the flow: a small network that moves noise towards digits."""

from __future__ import annotations

import math
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import Range, Seed, checked
from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in, normal

__all__ = ["ANY_CLASS", "WIDTH", "DigitFlow"]

#: The class index for "any digit".
ANY_CLASS = 10
#: Hidden units of each layer.
WIDTH = 192
_PIXELS = 64
_WAVES = 8


class DigitFlow(nn.Module):
    """Velocity field v(x, t, c) on 64 pixels in [-1, 1], for time t in [0, 1] and class c.

    Integrating dx/dt = v(x, t, c) from noise at t = 0 to t = 1 yields a digit of class c. The
    network has three hidden layers with residual connections. Time enters as sines and cosines, and
    the class as a learned vector that is added to each layer.

    Args:
        width: hidden units of each layer.
        seed: 64-bit seed of the initial weights; torch's generators are neither read nor advanced.

    Source:
        Liu, Gong and Liu, Flow straight and fast, ICLR 2023, sec. 2; Ho and Salimans,
        Classifier-free diffusion guidance, 2022, for the unconditional class.
    """

    waves: Tensor

    @checked
    def __init__(self, width: Annotated[int, Range(1, 1 << 16)] = WIDTH, *, seed: Seed = 0) -> None:
        super().__init__()
        with torch.device("meta"):  # skips torch's initialisation and its random draws
            self.enter = nn.Linear(_PIXELS + 2 * _WAVES, width)
            self.classes = nn.Embedding(ANY_CLASS + 1, width)
            self.time = nn.Linear(2 * _WAVES, width)
            self.middle = nn.Linear(width, width)
            self.last = nn.Linear(width, width)
            self.leave = nn.Linear(width, _PIXELS)
        self.to_empty(device="cpu").float()
        for number, layer in enumerate((self.enter, self.time, self.middle, self.last, self.leave)):
            he_uniform(layer, fold_in(seed, number))
        with torch.no_grad():
            shape = (ANY_CLASS + 1, width)
            self.classes.weight.copy_(normal(shape, dtype=torch.float32, seed=fold_in(seed, 5)))
        waves = torch.arange(1, _WAVES + 1, dtype=torch.float32, device="cpu") * (math.pi / 2)
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, images: Tensor, time: Tensor, classes: Tensor) -> Tensor:
        """Return the velocity of each pixel.

        Args:
            images: (N, 64), current points on the paths from noise to digits.
            time: (N,) in [0, 1].
            classes: (N,) int64, 0 to 9, or 10 for any digit.

        Returns:
            (N, 64).
        """
        angles = time[:, None] * self.waves
        time_features = torch.cat([angles.sin(), angles.cos()], 1)
        class_vector = self.classes(classes)
        hidden = F.silu(self.enter(torch.cat([images, time_features], 1)) + class_vector)
        hidden = hidden + F.silu(self.middle(hidden) + class_vector + self.time(time_features))
        hidden = hidden + F.silu(self.last(hidden) + class_vector)
        velocity: Tensor = self.leave(hidden)
        return velocity
