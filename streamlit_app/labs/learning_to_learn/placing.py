"""Where a trained child stands among all networks of the space, and next to the searches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pyfrontiers.automl.benchmark import benchmark
from pyfrontiers.claims import recorded
from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.automl.benchmark import TrainedChild

__all__ = ["Marks", "Placed", "budgets", "found", "marks_after", "place_child", "told"]


@dataclass(frozen=True, slots=True)
class Marks:
    """Test accuracies to compare a child with.

    Attributes:
        children: that the searches train.
        median: of all networks.
        random: expected for what random search chooses.
        controller: mean of what controllers choose.
        runs: number of controllers.
    """

    children: int
    median: float
    random: float
    controller: float
    runs: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A trained child's test accuracy.

    Attributes:
        seeds: with each seed.
        mean: over the seeds.
        rank: share of the space's networks that the mean beats.
    """

    seeds: tuple[float, ...]
    mean: float
    rank: float

    def against(self, mark: float) -> Literal["above", "below", "level"]:
        """Compare with an accuracy; ``"level"`` if the seeds disagree."""
        above = [seed > mark for seed in self.seeds]
        if all(above):
            return "above"
        return "level" if any(above) else "below"


def budgets() -> tuple[int, ...]:
    """Return the numbers of children after which the record of C20 has the controllers' choice."""
    return tuple(_recorded()["budgets"])


@cache
def marks_after(children: int) -> Marks:
    """Return the marks after one of `budgets`."""
    table, record = benchmark(), _recorded()
    missed = record["searches"]["reinforce"]["curve"][budgets().index(children)]
    return Marks(
        children,
        float(np.median(table.quality)),
        table.random_answer(children),
        float(table.quality.max()) - missed,
        record["searches"]["reinforce"]["runs"],
    )


def place_child(child: TrainedChild) -> Placed:
    """Place a child by its mean test accuracy after the last epoch."""
    last = child.test[:, -1]
    return Placed(
        tuple(map(float, last)), float(last.mean()), benchmark().rank(float(last.mean()), test=True)
    )


def told(placed: Placed, marks: Marks, guess: int, *, limited: bool) -> tuple[str, str]:
    """Say how a child compares with the median and with the controller.

    Args:
        placed: the child.
        marks: what it is compared with.
        guess: percentage of networks that the visitor expected it to beat.
        limited: whether the visitor's networks have a limit that the searches did not have.

    Returns:
        The result, and what it rests on.
    """
    line = f"Your child reaches **{kit.percent(placed.mean, 1)}**. {_compared(placed, marks)}"
    *first, last = (f"{100 * seed:.1f}" for seed in placed.seeds)
    parts = [f"Its {len(placed.seeds)} seeds reach {', '.join(first)} and {last} %."]
    against = placed.against(marks.median), placed.against(marks.controller)
    if "level" in against:
        parts.append("“Level” means that the seeds are on both sides, so it could be luck.")
    size = benchmark().space.size
    parts.append(
        f"The mean beats {kit.percent(placed.rank)} of the {size:,} networks; you guessed "
        f"{guess} %."
    )
    free = " It had no limit on FLOPs." if limited else ""
    parts.append(
        f"The controller's choice after {marks.children} children has "
        f"{kit.percent(marks.controller, 1)} on average over {marks.runs} runs.{free}"
    )
    return line, " ".join(parts)


_VERBS = {"above": "beats", "below": "does not reach", "level": "is level with"}


def _compared(placed: Placed, marks: Marks) -> str:
    median, controller = placed.against(marks.median), placed.against(marks.controller)
    if median == controller == "below":
        return "It reaches neither the median nor the controller."
    if median == controller:
        return f"It {_VERBS[median]} both the median and the controller."
    return f"It {_VERBS[median]} the median and {_VERBS[controller]} the controller."


def found() -> str:
    """Say what the searches reach without an expert."""
    marks = marks_after(_recorded()["judged"])
    table = benchmark()
    random, controller = (
        kit.percent(table.rank(mark, test=True), 1) for mark in (marks.random, marks.controller)
    )
    return (
        f"An expert starts over for each task. A search only needs time: after "
        f"{marks.children} children, random search chooses a network that beats **{random}** of "
        f"all, and the controller one that beats **{controller}**."
    )


def _recorded() -> dict[str, Any]:
    outcome = recorded("C20")
    assert outcome is not None
    return outcome.measurement.details
