"""Street scenes as tensors for training on three tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.multitask.instances import centroid_offsets
from pyfrontiers.multitask.losses import TaskTargets
from pyfrontiers.scenes import Scene, batch

if TYPE_CHECKING:
    from pyfrontiers.multitask.tasks import Task

__all__ = ["TaskData", "load_tasks"]

_CHUNK = 20


@dataclass(frozen=True, eq=False)
class TaskData:
    """Pictures with the labels of their pixels, in few bytes.

    Attributes:
        images: (N, 3, H, W) uint8.
        classes: (N, H, W) int8; -1 for unknown.
        offsets: (N, 2, H, W) float16, pixels to the centroid of the instance; NaN for no thing.
        inverse_depth: (N, H, W) float32, 1/m; NaN where it was not measured.
    """

    images: Tensor
    classes: Tensor
    offsets: Tensor
    inverse_depth: Tensor

    def __len__(self) -> int:
        return len(self.images)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks for which some pixel has a label."""
        labelled: dict[Task, bool] = {
            "classes": bool((self.classes >= 0).any()),
            "instances": bool((~self.offsets.isnan()).any()),
            "depth": bool((~self.inverse_depth.isnan()).any()),
        }
        return tuple(task for task, there in labelled.items() if there)

    def at(self, chosen: Tensor, flipped: Tensor | None = None) -> tuple[Tensor, TaskTargets]:
        """Return pictures (n, 3, H, W) in [0, 1] and their labels.

        Args:
            chosen: (n,) indices.
            flipped: (n,) bool: which of them to mirror.
        """
        images = self.images[chosen].float() / 255
        classes, offsets = self.classes[chosen].long(), self.offsets[chosen].float()
        depth = self.inverse_depth[chosen]
        if flipped is not None:
            turned = flipped.to(images.device)
            mirror = torch.tensor([1.0, -1.0], device=images.device)[:, None, None]
            images = torch.where(turned[:, None, None, None], images.flip(3), images)
            offsets = torch.where(turned[:, None, None, None], offsets.flip(3) * mirror, offsets)
            classes = torch.where(turned[:, None, None], classes.flip(2), classes)
            depth = torch.where(turned[:, None, None], depth.flip(2), depth)
        return images, TaskTargets(classes, offsets, depth)

    def to(self, device: torch.device | str) -> TaskData:
        """Return the same data on a device."""
        parts = (self.images, self.classes, self.offsets, self.inverse_depth)
        return TaskData(*(part.to(device) for part in parts))


@checked
def load_tasks(
    source: Sequence[Scene], *, report: Callable[[float, str], None] | None = None
) -> TaskData:
    """Read all scenes of a source: the generator's, or those of a reader.

    Args:
        source: `scenes.StreetScenes`, the folder that a reader returned, or a list of scenes of one
            size. What a data set does not label stays unknown.
        report: called with the fraction done and a message.

    Raises:
        ValueError: no scene, scenes of different sizes, or a depth that is 0 or negative; the
            message names the scene.
    """
    if not len(source):
        raise ValueError("source must hold at least one scene, got none")
    parts = []
    for start in range(0, len(source), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(source)))
        part = batch([source[n] for n in numbers], range(len(numbers)))
        for number, depth in zip(numbers, part.depth, strict=True):
            if wrong := int((depth <= 0).sum()):
                raise ValueError(
                    "source must hold depths above 0, or NaN where none was measured, got "
                    f"{wrong} pixels of 0 or less in scene {number}"
                )
        parts.append(
            (
                (part.images * 255).round().to(torch.uint8),
                part.classes.to(torch.int8),
                centroid_offsets(part.instances).half(),
                part.inverse_depth,
            )
        )
        if report is not None:
            report(numbers.stop / len(source), f"scene {numbers.stop:,} of {len(source):,}")
    return TaskData(*(torch.cat(one) for one in zip(*parts, strict=True)))
