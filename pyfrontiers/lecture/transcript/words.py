"""The spoken words as one sequence, with times and without repetitions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyfrontiers.lecture.transcript.forms import Piece

__all__ = ["Words", "without_repeats", "words_of"]

_PROBE, _LONGEST = 4, 120
_LOOK_BACK, _SIMILAR, _SHORTEST = 4, 0.88, 6


@dataclass(frozen=True, slots=True)
class Words:
    """A sequence of words.

    Attributes:
        words: Words with punctuation.
        times: Time of each word in seconds, or ``None``.
        breaks: Indices of words that start a paragraph of the source.

    """

    words: tuple[str, ...]
    times: tuple[float | None, ...]
    breaks: frozenset[int]

    def keep(self, indices: Sequence[int]) -> Words:
        """Keep the words at ascending ``indices``; breaks move to the next word that is kept."""
        breaks: set[int] = set()
        previous = -1
        for place, index in enumerate(indices):
            if any(between in self.breaks for between in range(previous + 1, index + 1)):
                breaks.add(place)
            previous = index
        return Words(
            tuple(self.words[i] for i in indices),
            tuple(self.times[i] for i in indices),
            frozenset(breaks),
        )


def words_of(pieces: Iterable[Piece]) -> Words:
    """Join pieces into one sequence of words.

    The time of a caption is distributed over its words; captions are not paragraphs, so they do not
    create breaks.
    """
    words: list[str] = []
    times: list[float | None] = []
    breaks: set[int] = set()
    for piece in pieces:
        spoken = piece.text.split()
        if piece.end is None and not (piece.start is not None and words):
            breaks.add(len(words))
        span = 0.0 if piece.end is None or piece.start is None else piece.end - piece.start
        words += spoken
        if len(piece.times) == len(spoken):
            times += piece.times
        else:
            times += [
                None if piece.start is None else piece.start + max(span, 0.0) * place / len(spoken)
                for place in range(len(spoken))
            ]
    return Words(tuple(words), tuple(times), frozenset(breaks))


def without_repeats(row: Words) -> Words:
    """Remove repeated words.

    First removes runs of four or more words that are immediately repeated, regardless of sentence
    boundaries, as in pasted overlaps; then each sentence that nearly equals one of the previous
    four.
    """
    row = row.keep(_without_echoes([_normal(word) for word in row.words]))
    kept: list[int] = []
    before: list[list[str]] = []
    for first, last in sentences(row.words, row.times, row.breaks):
        said = [_normal(word) for word in row.words[first:last]]
        if len(said) >= _SHORTEST and any(_similar(said, other) for other in before[-_LOOK_BACK:]):
            continue
        before.append(said)
        kept.extend(range(first, last))
    return row.keep(kept)


def _without_echoes(tokens: Sequence[str]) -> list[int]:
    """Return the indices that remain when every repetition XX of 4 or more tokens becomes X."""
    kept: list[int] = []
    row: list[str] = []
    seen: dict[tuple[str, ...], list[int]] = {}
    for index, token in enumerate(tokens):
        kept.append(index)
        row.append(token)
        if len(row) < _PROBE:
            continue
        ends = seen.setdefault(tuple(row[-_PROBE:]), [])
        for end in ends:
            length = len(row) - end
            if _PROBE <= length <= _LONGEST and row[-length:] == row[-2 * length : -length]:
                del row[-length:], kept[-length:]
                break
        else:
            ends.append(len(row))
            del ends[:-8]
    return kept


def _similar(said: list[str], other: list[str]) -> bool:
    if not 0.8 <= len(said) / max(len(other), 1) <= 1.25:
        return False
    matcher = SequenceMatcher(None, said, other, autojunk=False)
    return matcher.quick_ratio() >= _SIMILAR and matcher.ratio() >= _SIMILAR


def _normal(word: str) -> str:
    return re.sub(r"[^\w]+", "", word.casefold()) or word
