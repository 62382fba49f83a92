"""Verdicts on the predictions for an attacked object: adversarial, other wrong, correct."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["VERDICTS", "Share", "Verdict", "share_rows", "shares_of", "verdict_of", "wilson"]

VERDICTS: Final = ("adversarial", "other wrong", "correct")
"""The columns of the paper's tables: the target class, another wrong class, a right class."""

Verdict = Literal["adversarial", "other wrong", "correct"]

_Z95: Final = 1.959963984540054


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


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval for a share; NaN if there is nothing to count.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, Journal of
    the American Statistical Association 22 (1927).
    """
    if total == 0:
        return math.nan, math.nan
    share, spread = count / total, _Z95**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(centre - half, 0.0), min(centre + half, 1.0)
