"""The trained children of a search, and the best of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.automl.fronts import Objectives, pareto_front, preference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.study import StudyRecord, Trial

__all__ = ["Candidate", "ranked", "seconds_of", "stored"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child as the search knows it.

    Attributes:
        architecture: its tokens.
        epochs: how long it was trained.
        metrics: its metrics, measured on the validation part.

    """

    architecture: Architecture
    epochs: int
    metrics: Mapping[str, float]


def ranked(
    trials: Sequence[Trial], metrics: tuple[str, ...]
) -> tuple[Candidate | None, tuple[Candidate, ...]]:
    """Return the best child and the Pareto front among those that were trained longest.

    Args:
        trials: of the study.
        metrics: what counts; the best child is the best in the first.

    """
    done = [trial for trial in trials if trial.state == "done"]
    longest = max((trial.budget for trial in done), default=0)
    last = [trial for trial in done if trial.budget == longest]
    if not last:
        return None, ()
    objectives = Objectives(metrics)
    points: Any = np.array([objectives.point(trial.outcome) for trial in last])
    candidates = [Candidate(t.architecture, t.budget, dict(t.metrics)) for t in last]
    front = tuple(candidates[row] for row in pareto_front(points))
    return candidates[preference(points)[0]], front


def stored(
    study: StudyRecord, trials: Sequence[Trial], best: Candidate
) -> tuple[Candidate, bytes] | None:
    """Return the best child with the checkpoint of its weights.

    Of children that were trained to the end, a study keeps the weights of one with the largest
    reward. If further metrics prefer another one with an equal reward, the former is returned.

    Args:
        study: the search.
        trials: of the study.
        best: the child that `ranked` found.

    Returns:
        The child and the checkpoint, or `None` if no child with this reward has any.

    """
    done = [each for each in trials if each.state == "done" and each.budget == best.epochs]
    reward = next(each.value for each in done if each.architecture == best.architecture)
    equal = [each for each in done if each.value == reward]
    for each in sorted(equal, key=lambda trial: trial.architecture != best.architecture):
        if (content := study.checkpoint(each.architecture)) is not None:
            return Candidate(each.architecture, each.budget, dict(each.metrics)), content
    return None


def seconds_of(trials: Sequence[Trial], candidate: Candidate) -> float:
    """Return how long the training of a child took per epoch."""
    taken = [
        trial.seconds or 0.0
        for trial in trials
        if trial.architecture == candidate.architecture and trial.state == "done"
    ]
    return sum(taken) / candidate.epochs
