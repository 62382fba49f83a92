"""Captions that stay on screen: keep each word once, when it first appears."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.lecture.transcript.forms import Piece

__all__ = ["without_overlaps"]

_SURE, _SHARE, _LEAST = 4, 0.3, 2


def without_overlaps(pieces: Sequence[Piece]) -> list[Piece]:
    """Remove from each caption the words that the previous one already shows.

    Captions roll (the last lines of a caption begin the next one) or grow (a caption is the
    beginning of the next one, by words or by letters). An overlap of four or more words is always
    removed; a shorter one only if a third of the captions overlap, because a speaker may say
    "Okay." twice. The later spelling of a word replaces the earlier one.

    Args:
        pieces: Captions in order of time.

    Returns:
        The captions that have new words.

    """
    rows = [[line.split() for line in piece.text.splitlines()] for piece in pieces]
    overlaps = [0, *(_overlap(a, b) for a, b in pairwise(rows))]
    repeats = sum(map(bool, overlaps)) >= max(_LEAST, _SHARE * (len(pieces) - 1))
    if not any(size >= _SURE or repeats for size in overlaps if size):
        return list(pieces)
    shown: list[tuple[int, str]] = []
    changed: set[int] = set()
    for at, row in enumerate(rows):
        words = _flat(row)
        size = overlaps[at] if repeats or overlaps[at] >= _SURE else 0
        for place in range(size):
            first, _ = shown[place - size]
            shown[place - size] = (first, words[place])
        changed |= {first for first, _ in shown[len(shown) - size :]} | ({at} if size else set())
        shown += [(at, word) for word in words[size:]]
    result = []
    for at, group in groupby(shown, key=lambda word: word[0]):
        text = " ".join(word for _, word in group)
        result.append(replace(pieces[at], text=text, times=()) if at in changed else pieces[at])
    return result


def _flat(row: Sequence[Sequence[str]]) -> list[str]:
    return [word for line in row for word in line]


def _overlap(shown: Sequence[Sequence[str]], now: Sequence[Sequence[str]]) -> int:
    """Count the words at the start of a caption that the previous caption already shows."""
    before = list(map(_normal, _flat(shown)))
    words = list(map(_normal, _flat(now)))
    # Whole lines, the whole caption, or a window that moves by single words.
    ends = {sum(map(len, shown[at:])) for at in range(len(shown))}
    for size in range(min(len(before), len(words)), 0, -1):
        whole = size in ends or size == len(words) > 1 or size >= max(3, len(before) // 2)
        if whole and before[-size:] == words[:size]:
            return size
        # The last word was shown before it was complete.
        same = size == len(before) and before[:-1] == words[: size - 1]
        if same and words[size - 1].startswith(before[-1]):
            return size
    return 0


def _normal(word: str) -> str:
    return re.sub(r"\W+", "", word.casefold()) or word
