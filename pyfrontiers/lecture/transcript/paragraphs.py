"""Groups the sentences of a section into paragraphs of a readable size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["grouped"]

_COMFORTABLE = 80
_LIKED = 0.15


def grouped(lengths: Sequence[int], liked: Sequence[bool]) -> list[tuple[int, int]]:
    """Split a row of sentences into paragraphs near 80 words, by dynamic programming.

    The cost of a paragraph of n words is ((n - 80) / 80)^2, and a little less where it begins at a
    place that the source or the speaker marks.

    Args:
        lengths: Words of each sentence.
        liked: Whether a paragraph would well begin at this sentence.

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
            here = ((size - _COMFORTABLE) / _COMFORTABLE) ** 2 - _LIKED * liked[first]
            if cost[first] + here < cost[end]:
                cost[end], start[end] = cost[first] + here, first
            if size > 3 * _COMFORTABLE:
                break
    ranges: list[tuple[int, int]] = []
    while ends:
        ranges.append((start[ends], ends))
        ends = start[ends]
    return ranges[::-1]
