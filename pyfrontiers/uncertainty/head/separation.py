"""How well a measure of doubt tells strangers from known things, with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from torch import Tensor

from pyfrontiers.arguments import Floats, checked

__all__ = ["Separation", "separation"]

_Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Separation:
    """Area under the ROC curve with its 95 % interval.

    Attributes:
        auroc: share of the pairs (known, stranger) in which the stranger is doubted more; a tie
            counts half.
        low: lower end of the interval.
        high: upper end.
    """

    auroc: float
    low: float
    high: float


@checked
def separation(
    known: Annotated[Tensor, Floats("M>0")], strangers: Annotated[Tensor, Floats("...")]
) -> Separation:
    """Compare the doubt about known things with that about strangers.

    Every value must come from its own photograph: crops of one photograph are not independent, and
    the interval would be too narrow. It is Newcombe's score interval, which does not shrink to a
    point when every pair is in order.

    Args:
        known: (M,) doubt about known things.
        strangers: (J,) doubt about strangers; or (M, J) if a separate model, trained without
            known thing m, measured that thing and all strangers.

    Raises:
        ValueError: `strangers` has another shape, no values, or a value is NaN.

    Source:
        Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney
        statistic, part 2, Statistics in Medicine 25 (2006), method 5.
    """
    rows = strangers if strangers.ndim == 2 else strangers[None]
    if rows.ndim != 2 or rows.shape[0] not in (1, len(known)) or not rows.numel():
        raise ValueError(
            f"strangers must have shape (J,) or ({len(known)}, J) with J > 0, got "
            f"{tuple(strangers.shape)}"
        )
    if known.isnan().any() or rows.isnan().any():
        raise ValueError("known and strangers must be numbers, got NaN")
    own = known[:, None]
    area = float(((rows > own).double() + (rows == own).double() / 2).mean())
    count = (len(known), rows.shape[1])
    return Separation(area, _end(area, count, 0.0), _end(area, count, 1.0))


def _end(area: float, count: tuple[int, int], limit: float) -> float:
    """Return where (area - theta)^2 = z^2 V(theta) between the area and 0 or 1."""
    inner, outer = area, limit
    for _ in range(60):
        middle = (inner + outer) / 2
        within = (area - middle) ** 2 <= _Z**2 * _variance(middle, count)
        inner, outer = (middle, outer) if within else (inner, middle)
    return inner if not math.isclose(inner, limit, abs_tol=1e-9) else limit


def _variance(theta: float, count: tuple[int, int]) -> float:
    known, strangers = count
    average = (known + strangers) / 2 - 1
    share = (1 - theta) / (2 - theta) + theta / (1 + theta)
    return theta * (1 - theta) * (1 + average * share) / (known * strangers)
