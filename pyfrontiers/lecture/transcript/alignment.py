"""Assigns sentences to sections in the lecture's order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.lecture.transcript.similarity import similarities, word_similarities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["align", "match_of", "monotone_path"]

# Added to every similarity: below it, a difference is noise.
_FLOOR = 0.02
# In expected words: what a section has to gain to be entered, and what a turn of speech or a
# paragraph of the source at that place gives back.
_ENTRY, _TURN = 8.0, 2.0
_WINDOW = 100
_TURNING = re.compile(
    r"^(?:so|now|okay|ok|first|second|finally|furthermore|moreover|next|then|to"
    r"|and (?:one|to|this|in|finally))\b",
    re.IGNORECASE,
)


def align(sentences: Sequence[str], opens: Sequence[bool]) -> list[int]:
    """Find the section of every sentence by dynamic programming.

    A sentence belongs to section k with probability proportional to (similarity + floor)^2. Among
    all assignments that never go backwards (a section may be left out), the one is chosen that
    maximises the expected number of rightly placed words, less a price for every section entered.

    Args:
        sentences: In the order in which they were said; at least one.
        opens: For each, whether it begins a paragraph of the source.

    Returns:
        Index into ``SECTIONS`` for each sentence; never decreasing.

    """
    likeness = (similarities(sentences) + _FLOOR) ** 2
    likeness /= likeness.sum(axis=1, keepdims=True)
    lengths = np.array([len(sentence.split()) for sentence in sentences], dtype=np.float64)
    turns = np.array([bool(_TURNING.match(sentence)) for sentence in sentences], dtype=np.float64)
    price = _ENTRY - _TURN * (turns + np.asarray(opens, dtype=np.float64))
    return monotone_path(likeness * lengths[:, None], price)


def monotone_path(gain: NDArray[np.float64], price: NDArray[np.float64]) -> list[int]:
    """Maximise sum_j gain[j, k_j] - sum over changes of price[j], subject to k_j <= k_(j+1).

    Args:
        gain: Shape (steps, states), at least one of each.
        price: Shape (steps,); paid at step j when k_j differs from k_(j-1).

    Returns:
        The states k_j of a best path. Time is steps x states.

    """
    steps, states = gain.shape
    value = gain[0].copy()
    came_from = np.tile(np.arange(states), (steps, 1))
    for step in range(1, steps):
        # best_before[k]: the best of the states below k, the only ones from which k is entered.
        running = np.maximum.accumulate(value)
        holder = np.maximum.accumulate(np.where(value >= running, np.arange(states), 0))
        entered = np.concatenate(([-np.inf], running[:-1])) - price[step]
        change = entered > value
        came_from[step, 1:][change[1:]] = holder[:-1][change[1:]]
        value = np.where(change, entered, value) + gain[step]
    path = [int(value.argmax())]
    for step in range(steps - 1, 0, -1):
        path.append(int(came_from[step, path[-1]]))
    return path[::-1]


def match_of(sentences: Sequence[str], path: Sequence[int]) -> float:
    """Say how well a text matches the sections it was assigned to.

    Args:
        sentences: The text.
        path: Section of each sentence.

    Returns:
        Mean over the words of the cosine between the stretch of about 100 words they stand in and
        its section: 0 is nothing in common, 1 the section's own text.

    """
    stretches: list[tuple[int, list[str], int]] = []
    for sentence, state in zip(sentences, path, strict=True):
        size = len(sentence.split())
        if stretches and stretches[-1][0] == state and stretches[-1][2] < _WINDOW:
            _, said, before = stretches[-1]
            stretches[-1] = (state, [*said, sentence], before + size)
        else:
            stretches.append((state, [sentence], size))
    cosines = word_similarities([" ".join(said) for _, said, _ in stretches])
    own = cosines[np.arange(len(stretches)), [state for state, _, _ in stretches]]
    return float(np.average(own, weights=[size for _, _, size in stretches]))
