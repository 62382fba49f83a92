"""Verdicts on the predictions for an attacked object: adversarial, other wrong, correct."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pyfrontiers.uncertainty.metrics.proportions import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["VERDICTS", "Share", "Verdict", "share_rows", "shares_of", "verdict_of"]

VERDICTS: Final = ("adversarial", "other wrong", "correct")
"""The columns of the paper's tables: the target class, another wrong class, a right class."""

Verdict = Literal["adversarial", "other wrong", "correct"]


@dataclass(frozen=True)
class Share:
    """A share of photographs or poses.

    Attributes:
        count: how many they are.
        share: count / number of all; NaN if there are none.
        low, high: ends of the 95 % interval.
    """

    count: int
    share: float
    low: float
    high: float


def verdict_of(predicted: int, target: int, right: Iterable[int]) -> Verdict:
    """Return the verdict of a predicted class; -1, where there is no prediction, is wrong."""
    if predicted == target:
        return "adversarial"
    return "correct" if predicted in right else "other wrong"


def shares_of(predictions: Iterable[int], target: int, right: Iterable[int]) -> dict[str, Share]:
    """Return count, share and 95 % interval (Wilson's) of each verdict.

    Args:
        predictions: predicted classes.
        target: the class that the attack aims at.
        right: the classes that are right.
    """
    accepted = frozenset(right)
    counts = Counter(verdict_of(int(each), target, accepted) for each in predictions)
    total = counts.total()
    return {
        verdict: Share(
            counts[verdict],
            counts[verdict] / total if total else math.nan,
            *wilson(counts[verdict], total),
        )
        for verdict in VERDICTS
    }


def share_rows(shares: dict[str, Share]) -> dict[str, dict[str, Any]]:
    """Return shares as plain JSON values; those of nothing are None."""
    return {
        verdict: {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in asdict(found).items()
        }
        for verdict, found in shares.items()
    }
