"""Parameters of random transforms, compared with drawing and composing them in torch."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import (
    TransformDistribution,
    sample_transforms,
    sample_transforms_reference,
)

from .timing import Benchmark, Candidate, Target

COUNT = 1024
_MORE = "ours also draws shear, hue, saturation, gain, blur and noise, which the eager code omits"


def benchmark(_elements: int) -> Benchmark:
    """Draw 1024 transforms; their number does not grow with the images."""
    distribution = TransformDistribution(contrast=(0.8, 1.2))

    def eager() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        def drawn(low: float, high: float, *more: int) -> torch.Tensor:
            return torch.empty((COUNT, *more), dtype=torch.float64).uniform_(low, high)

        turn, scale = torch.deg2rad(drawn(-22.5, 22.5)), drawn(0.9, 1.4)
        cosine, sine = turn.cos() / scale, turn.sin() / scale
        linear = torch.stack((cosine, -sine, sine, cosine), dim=1).reshape(-1, 2, 2)
        contrast, brightness = drawn(0.8, 1.2), drawn(-0.05, 0.05)
        gains = contrast[:, None, None] * torch.eye(3, dtype=torch.float64)
        bias = (0.5 - 0.5 * contrast + brightness)[:, None].expand(-1, 3)
        shift = drawn(-0.1, 0.1, 2)
        return torch.cat((linear, shift[:, :, None]), dim=2), gains, bias

    def verify() -> None:
        ours = sample_transforms(9, distribution, seed=1)
        wanted = sample_transforms_reference(9, distribution, seed=1)
        for name in ("linear", "translation", "colour", "bias", "noise"):
            torch.testing.assert_close(getattr(ours, name), getattr(wanted, name))

    candidates = (
        Candidate("sample_transforms", lambda: sample_transforms(COUNT, distribution, seed=1)),
        Candidate("eager", eager),
    )
    targets = (
        Target(
            "eager torch, fewer parameters", "sample_transforms", ("eager",), 1, if_missed=_MORE
        ),
    )
    return Benchmark("sample_transforms", verify, candidates, targets)
