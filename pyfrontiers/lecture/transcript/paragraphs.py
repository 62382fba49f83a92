"""Group the sentences of a section into paragraphs of a readable size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["grouped"]

_TARGET = 80  # words
_BONUS = 0.15


def grouped(lengths: Sequence[int], preferred: Sequence[bool]) -> list[tuple[int, int]]:
    """Split a sequence of sentences into paragraphs of about 80 words, by dynamic programming.

    A paragraph of n words costs ((n - 80) / 80)^2, and slightly less if it starts at a preferred
    place.

    Args:
        lengths: Number of words of each sentence.
        preferred: Whether the source starts a paragraph at this sentence.

    Returns:
        Ranges ``(first, last + 1)`` of sentences, covering all of them in order.

    """
    ends = len(lengths)
    cost = [0.0] + [float("inf")] * ends
    start = [0] * (ends + 1)
    for end in range(1, ends + 1):
        size = 0
        for first in range(end - 1, -1, -1):
            size += lengths[first]
            here = ((size - _TARGET) / _TARGET) ** 2 - _BONUS * preferred[first]
            if cost[first] + here < cost[end]:
                cost[end], start[end] = cost[first] + here, first
            if size > 3 * _TARGET:
                break
    ranges: list[tuple[int, int]] = []
    while ends:
        ranges.append((start[ends], ends))
        ends = start[ends]
    return ranges[::-1]
