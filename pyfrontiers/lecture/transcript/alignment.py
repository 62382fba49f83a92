"""Assign sentences to sections, in the lecture's order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.lecture.transcript.similarity import similarities, word_similarities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["align", "match_of", "monotone_path"]

# Added to every similarity; smaller differences are noise.
_FLOOR = 0.02
# Cost of entering a section, in expected words, and the discount for a transition phrase or the
# start of a paragraph at that place.
_ENTRY, _DISCOUNT = 8.0, 2.0
_WINDOW = 100
_TRANSITION = re.compile(
    r"^(?:so|now|okay|ok|first|second|finally|furthermore|moreover|next|then|to"
    r"|and (?:one|to|this|in|finally))\b",
    re.IGNORECASE,
)


def align(sentences: Sequence[str], opens: Sequence[bool]) -> list[int]:
    """Find the section of every sentence by dynamic programming.

    A sentence belongs to section k with probability proportional to (similarity + floor)^2. Among
    all assignments that never go backwards (sections may be skipped), this maximises the expected
    number of correctly placed words, minus a cost for every section entered.

    Args:
        sentences: In spoken order; at least one.
        opens: For each sentence, whether it starts a paragraph of the source.

    Returns:
        Index into ``SECTIONS`` for each sentence, never decreasing.

    """
    likeness = (similarities(sentences) + _FLOOR) ** 2
    likeness /= likeness.sum(axis=1, keepdims=True)
    lengths = np.array([len(sentence.split()) for sentence in sentences], dtype=np.float64)
    transitions = np.array(
        [bool(_TRANSITION.match(sentence)) for sentence in sentences], dtype=np.float64
    )
    cost = _ENTRY - _DISCOUNT * (transitions + np.asarray(opens, dtype=np.float64))
    return monotone_path(likeness * lengths[:, None], cost)


def monotone_path(gain: NDArray[np.float64], cost: NDArray[np.float64]) -> list[int]:
    """Maximise sum_j gain[j, k_j] - sum over changes of cost[j], subject to k_j <= k_(j+1).

    Args:
        gain: Shape (steps, states), at least one of each.
        cost: Shape (steps,); subtracted at step j if k_j differs from k_(j-1).

    Returns:
        The states k_j of a best path. Takes O(steps x states) time.

    """
    steps, states = gain.shape
    value = gain[0].copy()
    came_from = np.tile(np.arange(states), (steps, 1))
    for step in range(1, steps):
        # State k can only be entered from a state below it; running[k - 1] is the best of these.
        running = np.maximum.accumulate(value)
        best = np.maximum.accumulate(np.where(value >= running, np.arange(states), 0))
        entered = np.concatenate(([-np.inf], running[:-1])) - cost[step]
        change = entered > value
        came_from[step, 1:][change[1:]] = best[:-1][change[1:]]
        value = np.where(change, entered, value) + gain[step]
    path = [int(value.argmax())]
    for step in range(steps - 1, 0, -1):
        path.append(int(came_from[step, path[-1]]))
    return path[::-1]


def match_of(sentences: Sequence[str], path: Sequence[int]) -> float:
    """Measure how well a text matches the sections it was assigned to.

    Args:
        sentences: The text.
        path: Section of each sentence.

    Returns:
        Cosine between each stretch of about 100 words and its section, averaged over words: 0 if
        they have nothing in common, 1 for the section's own text.

    """
    stretches: list[tuple[int, list[str], int]] = []
    for sentence, state in zip(sentences, path, strict=True):
        size = len(sentence.split())
        if stretches and stretches[-1][0] == state and stretches[-1][2] < _WINDOW:
            _, spoken, before = stretches[-1]
            stretches[-1] = (state, [*spoken, sentence], before + size)
        else:
            stretches.append((state, [sentence], size))
    cosines = word_similarities([" ".join(spoken) for _, spoken, _ in stretches])
    own = cosines[np.arange(len(stretches)), [state for state, _, _ in stretches]]
    return float(np.average(own, weights=[size for _, _, size in stretches]))
