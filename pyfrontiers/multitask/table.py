"""The table: a mean over repetitions with an interval, and what learned weights gain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from pyfrontiers.multitask.methods import METHODS
from pyfrontiers.multitask.tasks import SCORES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.multitask.evaluation import TaskScores

__all__ = ["Graded", "Interval", "gains", "mean_interval", "relative_gain", "table"]

#: Student's t at 97.5 % by the number of degrees of freedom.
_T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval by Student's t.

    Attributes:
        value: mean over the repetitions.
        low, high: ends of the interval; None for a single repetition.
        repeats: number of repetitions.
    """

    value: float
    low: float | None
    high: float | None
    repeats: int


@dataclass(frozen=True, slots=True)
class Graded:
    """The figures of a network.

    Attributes:
        method: the row of the table.
        repeat: number of the repetition, such as a seed; networks of one repetition are compared.
        scores: figures by name; those that the network does not have are absent.
    """

    method: str
    repeat: int
    scores: Mapping[str, float]

    @classmethod
    def of(cls, method: str, repeat: int, scores: TaskScores) -> Graded:
        """Keep the figures that a network has."""
        found = {name: getattr(scores, name) for name in SCORES}
        return cls(method, repeat, {name: x for name, x in found.items() if x is not None})


def mean_interval(values: Sequence[float]) -> Interval:
    """Return the mean of up to ten repetitions with its interval.

    Raises:
        ValueError: no value, or more than ten.
    """
    if not 1 <= len(values) <= 1 + max(_T):
        raise ValueError(f"values must be 1 to {1 + max(_T)} numbers, got {len(values)}")
    mean = fmean(values)
    if len(values) == 1:
        return Interval(mean, None, None, 1)
    half = _T[len(values) - 1] * stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half, len(values))


def table(graded: Sequence[Graded]) -> dict[str, dict[str, Interval]]:
    """Return the mean of each figure by method and name, in the order of `METHODS`."""
    rows = {}
    for method in METHODS:
        cells = _values(graded, method)
        if cells:
            rows[method] = {
                name: mean_interval(list(cells[name].values())) for name in SCORES if name in cells
            }
    return rows


def gains(
    graded: Sequence[Graded], *, method: str = "learned", base: str = "alone"
) -> dict[str, Interval]:
    """Return by how much a method is better than another, in the unit of the figure.

    Repetitions of both are compared in pairs; a gain above 0 is one.
    """
    ours, theirs = _values(graded, method), _values(graded, base)
    found = {}
    for name, score in SCORES.items():
        shared = sorted(ours.get(name, {}).keys() & theirs.get(name, {}).keys())
        if shared:
            sign = 1.0 if score.higher_is_better else -1.0
            found[name] = mean_interval(
                [sign * (ours[name][repeat] - theirs[name][repeat]) for repeat in shared]
            )
    return found


def relative_gain(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Return the mean over the figures of the gain as a share of the other's figure.

    Source:
        Maninis, Radosavovic and Kokkinos, Attentive Single-Tasking of Multiple Tasks, CVPR 2019,
        eq. 4.
    """
    names = [name for name in SCORES if name in ours and theirs.get(name)]
    if not names:
        raise ValueError("ours and theirs must share a figure, got none")
    signs = {name: 1.0 if SCORES[name].higher_is_better else -1.0 for name in names}
    return fmean(signs[name] * (ours[name] / theirs[name] - 1) for name in names)


def _values(graded: Sequence[Graded], method: str) -> dict[str, dict[int, float]]:
    """Return figures by name and repetition; those of several networks are put together."""
    found: dict[str, dict[int, float]] = {}
    for one in graded:
        if one.method == method:
            for name, value in one.scores.items():
                found.setdefault(name, {})[one.repeat] = value
    return found
