"""The children of a search as points in a plane of quality and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.images import ImageSpace
    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.service.fitted import SearchResult
    from pyfrontiers.automl.study import Trial
    from pyfrontiers.automl.tables import TableSpace

__all__ = ["ChildPoint", "chosen_point", "points_of"]


@dataclass(frozen=True, slots=True)
class ChildPoint:
    """A child after a training, as a chart shows it.

    Attributes:
        child: its number, from 0 in the order of the proposals.
        epochs: how long it was trained.
        metrics: on the validation part, with its parameters and FLOPs in any case.

    """

    child: int
    epochs: int
    metrics: dict[str, float]


def points_of(trials: Sequence[Trial], space: ImageSpace | TableSpace) -> tuple[ChildPoint, ...]:
    """Return the trained children of a search."""
    children = _numbers(trials)
    found = []
    for trial in trials:
        if trial.state == "done":
            cost = space.cost(trial.architecture)
            own = {"parameters": float(cost.parameters), "flops": float(cost.flops)}
            child = children[trial.architecture]
            found.append(ChildPoint(child, trial.budget, dict(trial.metrics) | own))
    return tuple(found)


def chosen_point(result: SearchResult) -> int | None:
    """Return the number of the child that was handed over; `None` if the search trained none."""
    trained = {trial.architecture for trial in result.trials if trial.state == "done"}
    chosen = result.best.architecture
    return _numbers(result.trials)[chosen] if chosen in trained else None


def _numbers(trials: Sequence[Trial]) -> dict[Architecture, int]:
    """Return a number for each architecture, which a search proposes again to train it longer."""
    return {each: n for n, each in enumerate(dict.fromkeys(t.architecture for t in trials))}
