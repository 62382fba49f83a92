"""Layers on half of their channels, compared with index_select and with masking in torch.

The layer is that of a Monte-Carlo dropout pass: 16 images of 64 channels and 16 x 16 pixels, 3 x 3
filters, of whose inputs and outputs a pass keeps about half. Sizes are fixed: a network does not
grow with the number of elements.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from pyfrontiers.kernels import dropout_mask, gather_conv2d, gather_conv2d_reference

from .timing import Benchmark, Candidate, Target

CHANNELS, IMAGES, SIZE = 64, 16, 16


def benchmark(_: int) -> Benchmark:
    """Compare on a convolution in both layouts."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(IMAGES, CHANNELS, SIZE, SIZE, generator=generator)
    weight = torch.randn(CHANNELS, CHANNELS, 3, 3, generator=generator) / 24
    bias = torch.randn(CHANNELS, generator=generator)
    last, filters = (each.contiguous(memory_format=torch.channels_last) for each in (x, weight))
    inputs, outputs = (dropout_mask(CHANNELS, 0.5, seed=s).nonzero()[:, 0] for s in (1, 2))
    mask = torch.zeros(CHANNELS, 1, 1).index_fill(0, inputs, 1.0)

    def ours(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return gather_conv2d(x, weight, bias, inputs=inputs, outputs=outputs, padding=1)

    def selected(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        picked = weight.index_select(0, outputs).index_select(1, inputs)
        return F.conv2d(x.index_select(1, inputs), picked, bias.index_select(0, outputs), padding=1)

    def verify() -> None:
        wanted = gather_conv2d_reference(x, weight, bias, inputs=inputs, outputs=outputs, padding=1)
        for result in (ours(last, filters), ours(x, weight), selected(x, weight)):
            torch.testing.assert_close(result, wanted, rtol=1e-4, atol=1e-5)

    candidates = (
        Candidate("gather_conv2d, channels last", lambda: ours(last, filters)),
        Candidate("gather_conv2d", lambda: ours(x, weight)),
        Candidate("torch index_select and conv2d", lambda: selected(x, weight)),
        Candidate("the same, channels last", lambda: selected(last, filters)),
        Candidate("torch mask and conv2d", lambda: F.conv2d(x * mask, weight, bias, padding=1)),
    )
    targets = (
        Target(
            "index_select and conv2d",
            "gather_conv2d, channels last",
            ("torch index_select and conv2d", "the same, channels last"),
            1.0,
        ),
    )
    return Benchmark("gather", verify, candidates, targets)
