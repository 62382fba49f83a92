"""Street scenes as tensors for training: pictures in bytes, so that thousands fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.depth.cameras import camera_factors, focal_lengths_of
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
        focal_lengths: (N,) in image heights, NaN where unknown; None if all are.
    """

    images: Tensor
    inverse_depth: Tensor
    focal_lengths: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def at(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures (n, 3, H, W) in [0, 1] and targets (n, H, W) in 1/m.

        The targets are the inverse depth that the reference camera would see; see `cameras`.
        """
        targets = self.inverse_depth[chosen]
        if self.focal_lengths is not None:
            targets = targets * camera_factors(self.focal_lengths[chosen])[:, None, None]
        return self.images[chosen].float() / 255, targets

    def to(self, device: torch.device | str) -> DepthData:
        """Return the same data on a device."""
        lengths = None if self.focal_lengths is None else self.focal_lengths.to(device)
        return DepthData(self.images.to(device), self.inverse_depth.to(device), lengths)


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
    images, inverse, lengths = [], [], []
    for start in range(0, len(source), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(source)))
        scenes = [source[n] for n in numbers]
        part = batch(scenes, range(len(scenes)))
        for number, depth in zip(numbers, part.depth, strict=True):
            check_depth(number, depth)
        images.append((part.images * 255).round().to(torch.uint8))
        inverse.append(part.inverse_depth)
        lengths.append(focal_lengths_of(scenes))
        if report is not None:
            report(numbers.stop / len(source), f"scene {numbers.stop:,} of {len(source):,}")
    return DepthData(torch.cat(images), torch.cat(inverse), torch.cat(lengths))


def check_depth(number: int, depth: Tensor) -> None:
    """Check the depth (H, W) of a source's scene.

    Raises:
        ValueError: a depth of 0 or less, or none that was measured.
    """
    wrong = int((depth <= 0).sum())
    if wrong:
        raise ValueError(
            f"source must hold depths above 0, or NaN where none was measured, got {wrong} pixels "
            f"of 0 or less in scene {number}"
        )
    if depth.isnan().all():
        raise ValueError(f"source must hold measured depths, got none in scene {number}")
