"""The threshold of split conformal prediction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["threshold"]


def threshold(scores: Tensor, level: float) -> float:
    """Return the score that the next one does not exceed with at least the given probability.

    If the n held-out scores and the next one are exchangeable, the rank of the next one among all
    n + 1 is uniform, so it is at most the ceil((n + 1) level)-th smallest of the others with
    probability at least `level`, and at most `level` + 1 / (n + 1) if there are no ties.

    Args:
        scores: (N,) nonconformity of the held-out examples.
        level: in (0, 1).

    Raises:
        ValueError: `level` is 0 or 1, or there are too few examples for it.

    Source:
        Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, ch. 2; Lei et
        al., Distribution-Free Predictive Inference for Regression, JASA 2018, theorem 2.2.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be above 0 and below 1, got {level:g}")
    # The rounding absorbs the error of 0.9 * 10 and the like.
    rank = math.ceil(round((len(scores) + 1) * level, 9))
    if rank > len(scores):
        needed = math.ceil(round(level / (1 - level), 9))
        raise ValueError(
            f"level must be at most n / (n + 1) for n held-out examples, got {level:g} with "
            f"n = {len(scores)}; it needs at least {needed} examples"
        )
    return float(scores.sort().values[rank - 1])
