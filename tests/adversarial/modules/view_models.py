"""A model and views for the tests of attacks over views."""

from __future__ import annotations

import torch
from torch import nn

SIDE = 8


class Identity:
    """Views that show the sample itself."""

    def draw(self, seed, count):
        return count

    def apply(self, x, drawn):
        return x.expand(drawn, *x.shape)


class Rows(nn.Module):
    """A linear model whose answer to an image does not depend on the rest of the batch."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        shape = (4, 3 * SIDE * SIDE)
        self.weight = nn.Parameter(torch.randn(shape, generator=generator) / 3)

    def forward(self, x):
        return (x.flatten(1)[:, None] * self.weight).sum(2)
