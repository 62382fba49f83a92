"""The interval of a share of examples."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["wilson"]

_Z95: Final = 1.959963984540054


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
