"""Street scenes as tensors for training: pictures in bytes, so that thousands fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.scenes import Scene, Weather, batch

__all__ = ["AS_TRAINED", "DepthData", "load"]

AS_TRAINED: Final[dict[str, Any]] = {"weather": Weather(), "camera_height": 1.5}
"""Settings of the scenes that networks are trained on."""
_CHUNK = 20


@dataclass(frozen=True, eq=False)
class DepthData:
    """Pictures with the inverse depth of their pixels.

    Attributes:
        images: (N, 3, H, W) uint8.
        inverse_depth: (N, H, W) float32 in 1/m: 0 in the sky, NaN where it was not measured.
    """

    images: Tensor
    inverse_depth: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def at(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures (n, 3, H, W) in [0, 1] and their inverse depth (n, H, W)."""
        return self.images[chosen].float() / 255, self.inverse_depth[chosen]

    def to(self, device: torch.device | str) -> DepthData:
        """Return the same data on a device."""
        return DepthData(self.images.to(device), self.inverse_depth.to(device))


@checked
def load(
    source: Sequence[Scene], *, report: Callable[[float, str], None] | None = None
) -> DepthData:
    """Read all scenes of a source: the generator's, or those of a reader.

    Args:
        source: `scenes.StreetScenes`, the folder that a reader returned, or a list of scenes of one
            size.
        report: called with the fraction done and a message.

    Raises:
        ValueError: no scene, scenes of different sizes, a depth that is 0 or negative, or a scene
            without any measured depth; the message names the scene.
    """
    if not len(source):
        raise ValueError("source must hold at least one scene, got none")
    images, inverse = [], []
    for start in range(0, len(source), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(source)))
        part = batch([source[n] for n in numbers], range(len(numbers)))
        for number, depth in zip(numbers, part.depth, strict=True):
            _check(number, depth)
        images.append((part.images * 255).round().to(torch.uint8))
        inverse.append(part.inverse_depth)
        if report is not None:
            report(numbers.stop / len(source), f"scene {numbers.stop:,} of {len(source):,}")
    return DepthData(torch.cat(images), torch.cat(inverse))


def _check(number: int, depth: Tensor) -> None:
    wrong = int((depth <= 0).sum())
    if wrong:
        raise ValueError(
            f"source must hold depths above 0, or NaN where none was measured, got {wrong} pixels "
            f"of 0 or less in scene {number}"
        )
    if depth.isnan().all():
        raise ValueError(f"source must hold measured depths, got none in scene {number}")
