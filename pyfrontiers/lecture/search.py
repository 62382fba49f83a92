"""Search over the slides and the transcript, if there is one.

Every word of the query must occur, at least as a prefix; accents and case are ignored. Each query
word scores the weight of the best field in which it occurs, so that for the same words, titles rank
above messages, messages above points and points above the transcript.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from pyfrontiers.lecture.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Hit", "search"]

Kind = Literal["section", "slide", "transcript"]

_TITLE, _MESSAGE, _POINT, _REFERENCE, _TRANSCRIPT = 8.0, 4.0, 2.0, 1.5, 1.0
_PREFIX = 0.75  # a prefix match counts less than a whole word
_EXCERPT = 160  # characters, about two lines on a phone
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the lecture that contains every word of a query.

    Attributes:
        section: Slug of the section.
        slide: Slug of the slide; ``None`` for a section's title and summary and for the transcript.
        excerpt: At most 160 characters around the first match, with "…" for omitted text.
        score: Larger is better; only comparable within one search.
        kind: Source of the excerpt.
        ranges: Half-open character ranges of ``excerpt`` to highlight, ascending and disjoint.
    """

    section: str
    slide: str | None
    excerpt: str
    score: float
    kind: Kind = "slide"
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Place:
    section: str
    slide: str | None
    kind: Kind
    fields: tuple[_Field, ...]


def _fold(text: str) -> str:
    """Remove accents and case from ``text``: ``Huszár`` and ``HUSZAR`` become ``huszar``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return the folded words of ``text``, each with its half-open range in ``text``."""
    return tuple((_fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(text))


@cache
def _places() -> tuple[_Place, ...]:
    found = []
    for entry in SECTIONS:
        head = (_Field(entry.title, _TITLE), _Field(entry.summary, _MESSAGE))
        found.append(_Place(entry.slug, None, "section", head))
        for slide in entry.slides:
            fields = (
                _Field(slide.title, _TITLE),
                _Field(slide.message, _MESSAGE),
                *(_Field(point, _POINT) for point in slide.points),
                *(_Field(source.text, _REFERENCE) for source in slide.references),
            )
            found.append(_Place(entry.slug, slide.slug, "slide", fields))
    return tuple(found)


def _transcript(extra: Mapping[str, Sequence[str]]) -> Iterator[_Place]:
    for slug, paragraphs in extra.items():
        for text in paragraphs:
            yield _Place(slug, None, "transcript", (_Field(text, _TRANSCRIPT),))


def _matches(field: _Field, wanted: str) -> float:
    """Return the score of ``wanted`` in this field: its weight, less for a prefix, or 0."""
    score = 0.0
    for word, _, _ in _words(field.text):
        if word == wanted:
            return field.weight
        if word.startswith(wanted):
            score = _PREFIX * field.weight
    return score


def _score(place: _Place, query: Sequence[str]) -> float:
    total = 0.0
    for wanted in query:
        best = max(_matches(field, wanted) for field in place.fields)
        if best == 0.0:
            return 0.0
        total += best
    return total


def _shown(place: _Place, query: Sequence[str]) -> str:
    """Return the body text (not the title) that contains most of the query's words."""
    body = [field for field in place.fields if field.weight < _TITLE]
    return max(body, key=lambda f: sum(_matches(f, wanted) > 0 for wanted in query)).text


def _excerpt(text: str, query: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans = [
        (start, end) for word, start, end in _words(text) if any(word.startswith(q) for q in query)
    ]
    if len(text) <= _EXCERPT:
        return text, tuple(spans)
    room = _EXCERPT - 2  # leaves space for an ellipsis at each end
    first = spans[0][0] if spans else 0
    begin = max(0, min(first - room // 4, len(text) - room))
    # cut at word boundaries, unless one word fills the excerpt
    gap = text.find(" ", begin, first) if begin else -1
    begin = gap + 1 if gap >= 0 else begin
    end = min(len(text), begin + room)
    gap = text.rfind(" ", first, end) if end < len(text) else -1
    end = gap if gap >= 0 else end
    left, right = ("…" if begin else ""), ("…" if end < len(text) else "")
    shift = len(left) - begin
    inside = tuple((s + shift, e + shift) for s, e in spans if s >= begin and e <= end)
    return f"{left}{text[begin:end]}{right}", inside


def search(
    query: str, extra: Mapping[str, Sequence[str]] | None = None, *, limit: int = 50
) -> list[Hit]:
    """Find the places in the lecture that contain every word of a query.

    Args:
        query: One or more words or prefixes of words.
        extra: Transcript paragraphs by section slug, which are searched as well.
        limit: Maximum number of hits.

    Returns:
        Hits, best first; equal scores are in the lecture's order. Empty for a query without words.
    """
    wanted = tuple(dict.fromkeys(word for word, _, _ in _words(query)))
    if not wanted:
        return []
    hits = []
    for place in (*_places(), *_transcript(extra or {})):
        score = _score(place, wanted)
        if score > 0.0:
            excerpt, ranges = _excerpt(_shown(place, wanted), wanted)
            hits.append(Hit(place.section, place.slide, excerpt, score, place.kind, ranges))
    return sorted(hits, key=lambda hit: -hit.score)[:limit]
