"""Small residual and U-shaped networks with dropout in their blocks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """Two convolutions with normalisation and dropout in between, and a shortcut."""

    def __init__(self, into, out, stride, drop) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.norm1, self.relu, self.drop = nn.BatchNorm2d(out), nn.ReLU(inplace=True), drop
        self.conv2, self.norm2 = nn.Conv2d(out, out, 3, padding=1, bias=False), nn.BatchNorm2d(out)
        self.short = nn.Sequential()
        if stride > 1 or into != out:
            self.short = nn.Sequential(nn.Conv2d(into, out, 1, stride), nn.BatchNorm2d(out))

    def forward(self, x):
        h = self.relu(self.norm1(self.conv1(x)))
        h = self.norm2(self.conv2(self.drop(h)))
        h += self.short(x)
        return self.relu(h)


class ResNet(nn.Module):
    """A stem, blocks of growing width, and a linear layer."""

    def __init__(self, widths, *, p=0.5, drop=nn.Dropout2d, inputs=3, classes=10, depth=2) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(inputs, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        )  # fmt: skip
        blocks, into = [], widths[0]
        for stage, width in enumerate(widths):
            for place in range(depth):
                blocks.append(Block(into, width, 2 if stage and not place else 1, drop(p)))
                into = width
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(into, classes)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


def double(into, out, p):
    return nn.Sequential(
        nn.Conv2d(into, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU(inplace=True),
        nn.Conv2d(out, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU(inplace=True),
        nn.Dropout2d(p),
    )  # fmt: skip


class UNet(nn.Module):
    """Three steps down and up; each level has its own classes of pixels."""

    def __init__(self, width, *, p=0.5, inputs=3, classes=2) -> None:
        super().__init__()
        w = width
        self.down1, self.down2 = double(inputs, w, p), double(w, 2 * w, p)
        self.down3, self.middle = double(2 * w, 4 * w, p), double(4 * w, 8 * w, p)
        self.up3, self.join3 = nn.ConvTranspose2d(8 * w, 4 * w, 2, 2), double(8 * w, 4 * w, p)
        self.up2, self.join2 = nn.ConvTranspose2d(4 * w, 2 * w, 2, 2), double(4 * w, 2 * w, p)
        self.up1, self.join1 = nn.ConvTranspose2d(2 * w, w, 2, 2), double(2 * w, w, p)
        self.out = nn.Conv2d(w, classes, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.down3(F.max_pool2d(b, 2))
        h = self.middle(F.max_pool2d(c, 2))
        h = self.join3(torch.cat((self.up3(h), c), 1))
        h = self.join2(torch.cat((self.up2(h), b), 1))
        return self.out(self.join1(torch.cat((self.up1(h), a), 1)))


def with_statistics(make, seed=0):
    """Return a model in eval mode whose normalisation has trained-like statistics."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = make()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0.0, 0.2)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.data.uniform_(0.5, 1.5)
                module.bias.data.normal_(0.0, 0.2)
    return model.eval()
