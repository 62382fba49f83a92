"""Split a sequence of words into sentences."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["sentences"]

_END = re.compile(r"[.?!…][\"'”’)\]]*$")
_ABBREVIATION = re.compile(
    r"^[(\"'“]?(?:(?:dr|prof|mr|mrs|ms|st|vs|etc|fig|eq|cf|al|no|approx|e\.g|i\.e|jr|sr)|[A-HJ-Z])\.$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^[\"'“‘(\[]*[A-Z0-9À-Þ]")
_CONNECTIVES = frozenset({"so", "and", "now", "but", "okay", "ok", "then", "because", "first"})
# Longer sentences do not occur in speech; the text then lacks punctuation.
_ENDLESS, _STRETCH, _PAUSE = 150, 24, 0.8


def sentences(
    words: Sequence[str], times: Sequence[float | None], breaks: Collection[int]
) -> list[tuple[int, int]]:
    """Split a sequence of words into sentences.

    Args:
        words: With punctuation.
        times: Time of each word in seconds, or ``None``; pauses replace missing punctuation.
        breaks: Indices at which a paragraph of the source starts.

    Returns:
        Consecutive ranges ``(first, last + 1)`` that cover all words.

    """
    if not words:
        return []
    starts = (
        index
        for index in range(1, len(words))
        if _ends(words[index - 1], words[index], index in breaks)
    )
    spans = list(pairwise([0, *starts, len(words)]))
    return [part for span in spans for part in _stretches(span, words, times)]


def _ends(word: str, following: str, at_break: bool) -> bool:
    if not _END.search(word):
        return False
    return at_break or (not _ABBREVIATION.match(word) and bool(_OPENING.match(following)))


def _stretches(
    span: tuple[int, int], words: Sequence[str], times: Sequence[float | None]
) -> list[tuple[int, int]]:
    """Cut a text without punctuation about every 24 words, where the speaker pauses."""
    first, last = span
    if last - first <= _ENDLESS:
        return [span]
    parts: list[tuple[int, int]] = []
    while last - first > 2 * _STRETCH:
        near = range(first + _STRETCH // 2, first + _STRETCH + _STRETCH // 2)
        cut = max(
            near, key=lambda at: _pause_score(at, words, times) - abs(at - first - _STRETCH) / 24
        )
        parts.append((first, cut))
        first = cut
    return [*parts, (first, last)]


def _pause_score(at: int, words: Sequence[str], times: Sequence[float | None]) -> float:
    before, after = times[at - 1], times[at]
    paused = before is not None and after is not None and after - before > _PAUSE
    marked = bool(re.search(r"[,;:.?!…]$", words[at - 1]))
    return 1.0 * paused + 1.0 * marked + 0.7 * (words[at].casefold() in _CONNECTIVES)
