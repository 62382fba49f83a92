"""32 dropout passes of a residual network, a U-Net and a transformer, compared with loops.

A ResNet-18 for 8 images of 32 x 32 pixels with half of the channels dropped in each block, a U-Net
of width 32 for 4 images of 64 x 64 with half of them dropped at each level, and an encoder of 4
layers, 256 wide, for 8 sequences of 128, with the usual dropout of 0.1. The result is the mean and
variance of the class probabilities.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty import mc_dropout

from ..uncertainty.modules.convolutional import ResNet, UNet, with_statistics
from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    Figures = Callable[[], tuple[Tensor, Tensor]]

PASSES = 32
_LOOPS = ("the loop", "channels last", "channels last, prefix cached")
_HALVED = (
    "half of the multiplications remain, and a convolution of 33 of 64 channels takes as long as "
    "one of 48; the survey, tracing and the check of the graph take as long as 2 to 4 passes"
)


class Encoder(nn.Module):
    """A transformer encoder with a linear layer on the mean over the sequence."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(256, 8, 1024, 0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.head = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, 10) of sequences (N, T, 256)."""
        scores: Tensor = self.head(self.encoder(x).mean(1))
        return scores


class BehindPrefix(nn.Module):
    """A ResNet from its first dropout on, given what comes before."""

    def __init__(self, model: ResNet) -> None:
        super().__init__()
        self.model = model

    def prefix(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the input of the first block, and of its dropout."""
        h, block = self.model.stem(x), self.model.blocks[0]
        return h, torch.relu(block.norm1(block.conv1(h)))

    def forward(self, given: tuple[Tensor, Tensor]) -> Tensor:
        """Return the logits."""
        x, h = given
        block = self.model.blocks[0]
        h = torch.relu(block.norm2(block.conv2(block.drop(h))) + x)
        scores: Tensor = self.model.head(self.model.blocks[1:](h).mean((2, 3)))
        return scores


def benchmark(_: int) -> Benchmark:
    """Compare loops over the passes and ours."""
    images = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    pixels = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(2))
    sequences = torch.randn(8, 128, 256, generator=torch.Generator().manual_seed(3))
    resnet = with_statistics(lambda: ResNet((64, 128, 256, 512)))
    unet, encoder = with_statistics(lambda: UNet(32)), with_statistics(Encoder)
    groups = {
        "ResNet-18": {"ours": _ours(resnet, images), **_loops(resnet, images)},
        "U-Net": {"ours": _ours(unet, pixels), **_loops(unet, pixels)},
        "transformer": {"ours": _ours(encoder, sequences), "the loop": _loop(encoder, sequences)},
    }

    def verify() -> None:
        for name, runs in groups.items():
            mean, variance = runs["ours"]()
            for other, run in runs.items():
                # Masks differ, so compare means, within 7 standard deviations.
                sigma = (2 * variance / PASSES).sqrt()
                close = ((run()[0] - mean).abs() < 7 * sigma + 1e-3).float().mean()
                assert close > 0.999, f"{name}: {other} and ours differ"

    candidates = [
        Candidate(f"{name}: {other}", run)
        for name, runs in groups.items()
        for other, run in runs.items()
    ]
    strongest = tuple(f"ResNet-18: {loop}" for loop in _LOOPS)
    plain = tuple(f"U-Net: {loop}" for loop in _LOOPS[:2])
    targets = (
        Target("the fastest of a loop, channels last, and with the prefix cached by hand",
               "ResNet-18: ours", strongest, 2, if_missed=_HALVED),
        Target("the faster of a loop and a channels-last loop", "U-Net: ours", plain, 1.5,
               if_missed=_HALVED),
        Target("a loop over the passes", "transformer: ours", ("transformer: the loop",), 1.5),
    )  # fmt: skip
    return Benchmark("dropout_networks", verify, candidates, targets, max_rounds=5)


def _ours(model: nn.Module, x: Tensor) -> Figures:
    def run() -> tuple[Tensor, Tensor]:
        prediction = mc_dropout(model, x, samples=PASSES, seed=1)
        return prediction.mean, prediction.variance

    return run


def _loops(model: nn.Module, x: Tensor) -> dict[str, Figures]:
    last = x.contiguous(memory_format=torch.channels_last)
    moved = copy.deepcopy(model).to(memory_format=torch.channels_last)
    runs = {"the loop": _loop(model, x), "channels last": _loop(moved, last)}
    if isinstance(moved, ResNet):
        behind = BehindPrefix(copy.deepcopy(moved))
        dropping = _dropping(behind)
        runs["channels last, prefix cached"] = lambda: _summed_up(
            [dropping(given) for given in [behind.prefix(last)] * PASSES]
        )
    return runs


def _loop(model: nn.Module, x: Tensor) -> Figures:
    dropping = _dropping(copy.deepcopy(model))
    return lambda: _summed_up([dropping(x) for _ in range(PASSES)])


def _dropping(model: nn.Module) -> nn.Module:
    """Put a model in training mode, except for its normalisation."""
    for module in model.train().modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return model


def _summed_up(passes: list[Tensor]) -> tuple[Tensor, Tensor]:
    """T times (N, K, ...) -> mean and variance of the probabilities, (N, K, ...) each."""
    probabilities = torch.stack(passes).softmax(2)
    return probabilities.mean(0), probabilities.var(0, correction=0)
