"""The study of the table: its size, what a training gives, and which hand weights are best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.depth import AS_TRAINED
from pyfrontiers.multitask.evaluation import TaskScores
from pyfrontiers.multitask.table import Graded, relative_gain
from pyfrontiers.scenes import Scene, StreetScenes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STUDY", "Study", "TaskRun", "best_of_grid", "graded_of"]

_STREAMS = {"train": 0, "test": 1, "validation": 2}


@checked
@dataclass(frozen=True, slots=True)
class Study:
    """Size of the study.

    Attributes:
        scenes: to train on.
        steps: of each training.
        seeds: trainings of each method; networks of the grid but the best have one.
        tests: scenes for the figures.
        validation: scenes that choose the best weights of the grid.
        height, width: of a scene.
        seed: 64-bit seed of scenes; training number k has the seed `seed` + k.
    """

    scenes: Count = 800
    steps: Count = 400
    seeds: Count = 3
    tests: Count = 40
    validation: Count = 16
    height: Count = 48
    width: Count = 96
    seed: Seed = 0

    def source(self, part: str) -> Sequence[Scene]:
        """Return the scenes of "train", "test" or "validation"."""
        counts = {"train": self.scenes, "test": self.tests, "validation": self.validation}
        return StreetScenes(
            self.seed + _STREAMS[part],
            counts[part],
            height=self.height,
            width=self.width,
            **AS_TRAINED,
        )


STUDY = Study()
"""The study of the record."""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A network of the table: figures and trajectories.

    Attributes:
        network: a key of `NETWORKS`.
        method: the row of the table.
        seed: number of the repetition.
        scores: on the test scenes.
        validation: on the validation scenes; None if they chose nothing.
        losses, task_weights, log_variances: as in `TaskTraining`.
        seconds: processor time of the training since it was last resumed.
    """

    network: str
    method: str
    seed: int
    scores: TaskScores
    validation: TaskScores | None
    losses: tuple[tuple[float, ...], ...]
    task_weights: tuple[tuple[float, ...], ...]
    log_variances: tuple[tuple[float, ...], ...]
    seconds: float

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> TaskRun:
        """Return what `asdict` made JSON of."""
        rows = ("losses", "task_weights", "log_variances")
        validation = stored["validation"]
        return cls(
            **{
                **stored,
                "scores": TaskScores(**stored["scores"]),
                "validation": None if validation is None else TaskScores(**validation),
                **{name: tuple(tuple(row) for row in stored[name]) for name in rows},
            }
        )


def best_of_grid(runs: Sequence[TaskRun]) -> str:
    """Return the hand weights that gain most over the tasks alone on the validation scenes."""
    first = [run for run in runs if run.seed == 0 and run.validation is not None]
    alone: dict[str, float] = {}
    for run in first:
        if run.method == "alone" and run.validation is not None:
            alone |= Graded.of("alone", 0, run.validation).scores
    scores = {
        run.network: relative_gain(Graded.of("grid", 0, run.validation).scores, alone)
        for run in first
        if run.method in ("grid", "equal") and run.validation is not None
    }
    return max(scores, key=scores.__getitem__)


def graded_of(runs: Sequence[TaskRun]) -> list[Graded]:
    """Return the figures of the table's rows; "grid" has those of the best hand weights."""
    best = best_of_grid(runs)
    rows = [Graded.of(run.method, run.seed, run.scores) for run in runs if run.method != "grid"]
    chosen = [Graded.of("grid", run.seed, run.scores) for run in runs if run.network == best]
    return rows + chosen
