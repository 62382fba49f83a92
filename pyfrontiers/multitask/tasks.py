"""The three tasks, and the figures that say how well each is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SCORES", "TASKS", "Score", "Task"]

Task = Literal["classes", "instances", "depth"]

TASKS: Final[tuple[Task, ...]] = ("classes", "instances", "depth")
"""Semantic classes, vectors to the instances' centroids, and inverse depth."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a figure means.

    Attributes:
        title: name for a table.
        unit: of the scaled figure.
        task: the task that it judges.
        higher_is_better: whether a higher figure is better.
        scale: multiplies the figure for a table.
    """

    title: str
    unit: str
    task: Task
    higher_is_better: bool
    scale: float = 1.0


SCORES: Final[dict[str, Score]] = {
    "iou": Score("mean IoU of the classes", "%", "classes", True, 100.0),
    "boundary_f": Score("boundary F-score", "%", "classes", True, 100.0),
    "offset_error": Score("error of the vectors to the centroids", "px", "instances", False),
    "instance_iou": Score("best IoU of an instance", "%", "instances", True, 100.0),
    "depth_error": Score("error of inverse depth", "/km", "depth", False, 1000.0),
}
"""The figures of `TaskScores` by name."""
