"""How well a network does the three tasks on scenes that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import Count, checked
from pyfrontiers.multitask.instances import SMALLEST, centroid_offsets
from pyfrontiers.multitask.metrics import (
    best_ious,
    boundary_counts,
    confusion,
    f_score,
    mean_iou,
)
from pyfrontiers.multitask.network import TaskNet
from pyfrontiers.multitask.prediction import TaskMaps, predict_tasks
from pyfrontiers.scenes import CLASSES, Batch, Scene, batch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TaskScores", "evaluate_tasks"]

_CHUNK = 16


@dataclass(frozen=True, slots=True)
class TaskScores:
    """Figures over all scenes; None without the head or without labels.

    Attributes:
        iou: mean over the classes of intersection over union, 0 to 1.
        boundary_f: F-score of the boundaries between classes, within one pixel.
        offset_error: mean |error| of the vectors' components, over the pixels of things, in pixels.
        instance_iou: mean over the things of at least 8 pixels of the best intersection over union;
            vectors are clustered where the things truly are, so that it judges this task alone.
        depth_error: mean |error| of inverse depth, in 1/m.
        scenes: number of scenes.
    """

    iou: float | None
    boundary_f: float | None
    offset_error: float | None
    instance_iou: float | None
    depth_error: float | None
    scenes: int


@checked
def evaluate_tasks(
    model: TaskNet,
    source: Sequence[Scene],
    *,
    smallest: Count = SMALLEST,
    report: Callable[[float, str], None] | None = None,
) -> TaskScores:
    """Evaluate a network on scenes that it has not seen.

    Args:
        model: a `TaskNet`.
        source: scenes; what has no label is left out.
        smallest: pixels of the smallest thing that is told apart.
        report: called with the fraction done and a message.

    Raises:
        ValueError: no scene, scenes of different sizes, or a number out of range.
    """
    if not len(source):
        raise ValueError("source must hold at least one scene, got none")
    tallies = _Tallies(smallest)
    for start in range(0, len(source), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(source)))
        part = batch([source[n] for n in numbers], range(len(numbers)))
        maps = predict_tasks(model, part.images, things=part.instances > 0)
        tallies.add(part, maps)
        if report is not None:
            report(numbers.stop / len(source), f"scene {numbers.stop} of {len(source)}")
    return tallies.result(len(source))


class _Tallies:
    """Sums over the scenes."""

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._confusion = torch.zeros(len(CLASSES), len(CLASSES), dtype=torch.int64, device="cpu")
        self._boundaries = torch.zeros(4, dtype=torch.int64, device="cpu")
        self._offsets = torch.zeros(2, dtype=torch.float64, device="cpu")  # sum, count
        self._depth = torch.zeros(2, dtype=torch.float64, device="cpu")
        self._best: list[Tensor] = []

    def add(self, part: Batch, maps: TaskMaps) -> None:
        if maps.classes is not None:
            self._confusion += confusion(maps.classes, part.classes, kinds=len(CLASSES))
            self._boundaries += boundary_counts(maps.classes, part.classes)
        if maps.offsets is not None:
            self._offsets += _absolute(maps.offsets, centroid_offsets(part.instances))
            assert maps.instances is not None
            pairs = zip(maps.instances, part.instances, strict=True)
            self._best += [best_ious(*pair, smallest=self._smallest) for pair in pairs]
        if maps.inverse_depth is not None:
            self._depth += _absolute(maps.inverse_depth, part.inverse_depth)

    def result(self, scenes: int) -> TaskScores:
        best = torch.cat(self._best) if self._best else torch.zeros(0)
        classes = bool(self._confusion.any())
        return TaskScores(
            iou=mean_iou(self._confusion) if classes else None,
            boundary_f=f_score(self._boundaries) if self._boundaries[3] else None,
            offset_error=_mean(self._offsets),
            instance_iou=float(best.mean()) if len(best) else None,
            depth_error=_mean(self._depth),
            scenes=scenes,
        )


def _absolute(found: Tensor, truth: Tensor) -> Tensor:
    """Return the sum of |error| and the count over the known values."""
    known = ~truth.isnan()
    error = (truth[known] - found[known]).abs().double()
    return torch.stack([error.sum(), known.sum().double()]).cpu()


def _mean(tally: Tensor) -> float | None:
    return float(tally[0] / tally[1]) if tally[1] else None
