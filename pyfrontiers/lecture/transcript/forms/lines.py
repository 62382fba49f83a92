"""Text with timestamps before, after or between the words, from sites, meetings and people."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from pyfrontiers.lecture.transcript.forms.line_patterns import (
    is_name,
    number_of_line,
    split_inline,
    stamp_at_end,
    stamp_of_line,
    words_below,
)
from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import frame_rate
from pyfrontiers.lecture.transcript.forms.templates import template_lines

__all__ = ["read_lines"]

_HEADING = re.compile(r"^#{1,6} ")
_TAG = re.compile(r"<(?![^<>]{0,100}\d:\d)/?[a-zA-Z][^<>]{0,100}>")
_LEAST, _IN_ORDER, _MAJORITY = 3, 0.8, 0.8


@dataclass(slots=True)
class _Line:
    """A stamp (or none), and the words after it."""

    start: float | None
    words: str
    is_first: bool
    is_clock_of_day: bool = False
    is_alone: bool = False


def read_lines(text: str) -> Reading | None:
    """Read a text with stamps.

    Args:
        text: The file's text.

    Returns:
        The pieces between the stamps, or ``None`` if there are fewer than three (two if the text
        begins with one) or their times do not ascend; they are then part of the spoken text.

    """
    lines = [_TAG.sub("", line) for line in text.splitlines()]
    rate = frame_rate(text)
    for found in (_at_ends(lines, rate), _lines(lines, rate, inline=True)):
        if (reading := _accepted(found)) is not None:
            return reading
    others = (_lines(lines, rate, inline=False), _repeated(lines, rate), _numbered(lines))
    return next((reading for found in others if (reading := _accepted(found))), None)


def _accepted(found: list[_Line]) -> Reading | None:
    times = [line.start for line in found if line.start is not None]
    first = next((line for line in found if line.words or line.start is not None), None)
    least = 2 if first is not None and first.start is not None else _LEAST
    if len(times) < least:
        return None
    keep = _ascending(times)
    if len(keep) < max(least, _IN_ORDER * len(times)):
        return None
    return _reading(_without_names(found), keep)


def _at_ends(lines: list[str], rate: float) -> list[_Line]:
    """Return the lines if most of them end with a stamp, else none."""
    filled = [line for line in lines if line.strip()]
    ends = [stamp_at_end(line, rate) for line in filled]
    if sum(end is not None for end in ends) < _MAJORITY * len(filled) or len(filled) < _LEAST:
        return []
    if any(stamp_of_line(line, rate) for line in filled[:1]):
        return []
    return [
        _Line(None, line.strip(), is_first=False)
        if end is None
        else _Line(end.start, end.words, is_first=False)
        for line, end in zip(filled, ends, strict=True)
    ]


def _numbered(lines: list[str]) -> list[_Line]:
    """Return the lines if most of them begin with seconds without a unit, else none.

    Line numbers are not times, nor are minutes and seconds separated by a point.
    """
    filled = [line for line in lines if line.strip()]
    found = [number_of_line(line) for line in filled]
    numbers = [one[0] for one in found if one is not None]
    values = [float(number) for number in numbers]
    counting = all(b - a == 1 for a, b in pairwise(values))
    parts = [number.partition(".")[2] for number in numbers]
    ambiguous = all(len(part) == 2 and part < "60" for part in parts)
    if len(values) < max(_LEAST, _MAJORITY * len(filled)) or counting or ambiguous:
        return []
    return [
        _Line(None, line.strip(), is_first=False)
        if one is None
        else _Line(float(one[0]), one[1], is_first=False)
        for line, one in zip(filled, found, strict=True)
    ]


def _repeated(lines: list[str], rate: float) -> list[_Line]:
    found = template_lines(lines, rate) or []
    return [_Line(start, words, is_first=False) for start, words in found]


def _lines(lines: list[str], rate: float, *, inline: bool) -> list[_Line]:
    result: list[_Line] = []
    fresh = True
    for line in lines:
        if not line.strip():
            fresh = True
            continue
        before = result[-1] if result else None
        if before is not None and before.start is not None and not before.words:
            line = words_below(line, before.start) or line
        stamped = stamp_of_line(line, rate)
        parts: list[tuple[float | None, str]] = [(None, line.strip())]
        if inline:
            parts = split_inline(line if stamped is None else stamped.words, rate)
        if stamped is not None:
            words = parts[0][1] if inline else stamped.words
            parts = [(stamped.start, words), *(parts[1:] if inline else [])]
            if inline and split_inline(stamped.words, rate)[0][0] is not None:
                parts = [(stamped.start, ""), *split_inline(stamped.words, rate)]
        # The panel of a video site says the same time twice.
        if before is not None and _says_again(before, parts[0][0]):
            before.words = parts.pop(0)[1]
        heading = bool(_HEADING.match(line))
        for start, words in parts:
            alone = start is not None and not words
            of_day = stamped is not None and stamped.is_of_day
            result.append(_Line(start, words, fresh or heading, of_day, alone))
            fresh = False
        fresh = heading
    return result


def _says_again(before: _Line, start: float | None) -> bool:
    return (
        before.start is not None
        and not before.words
        and start is not None
        and int(start) == int(before.start)
    )


def _without_names(found: list[_Line]) -> list[_Line]:
    """Remove names on separate lines above stamps, if most of these stamps have one."""
    alone = [at for at, line in enumerate(found) if line.is_alone]
    names = [at - 1 for at in alone if at and found[at - 1].start is None]
    names = [at for at in names if is_name(found[at].words)]
    distinct = {found[at].words for at in names}
    if len(names) < _LEAST or 2 * len(names) < len(alone) or 2 * len(distinct) > len(names):
        return found
    return [line for at, line in enumerate(found) if at not in set(names)]


def _ascending(times: list[float]) -> set[int]:
    """Return the indices of a longest non-decreasing subsequence of the times."""
    ends: list[float] = []
    places: list[int] = []
    before: list[int] = []
    for place, time in enumerate(times):
        size = bisect_right(ends, time)
        before.append(places[size - 1] if size else -1)
        ends[size : size + 1] = [time]
        places[size : size + 1] = [place]
    kept: set[int] = set()
    at = places[-1]
    while at >= 0:
        kept.add(at)
        at = before[at]
    return kept


def _reading(found: list[_Line], keep: set[int]) -> Reading:
    of_day = any(line.is_clock_of_day for line in found)
    stamped = [line for line in found if line.start is not None]
    # A stamp out of order is neither the time of the words after it nor a word.
    good = {id(line) for place, line in enumerate(stamped) if place in keep}
    zero = min(line.start or 0.0 for line in stamped if id(line) in good) if of_day else 0.0
    pieces: list[Piece] = []
    for line in found:
        if line.start is not None:
            before = next((piece.start for piece in reversed(pieces) if piece.start), None)
            pieces.append(Piece(line.words, line.start - zero if id(line) in good else before))
        elif line.is_first and not (
            pieces and pieces[-1].start is not None and not pieces[-1].text
        ):
            pieces.append(Piece(line.words, pieces[-1].start if pieces else None))
        elif pieces:
            last = pieces[-1]
            pieces[-1] = Piece(f"{last.text}\n{line.words}".strip(), last.start)
        else:
            pieces.append(Piece(line.words))
    warnings = []
    if of_day:
        warnings.append("The stamps are times of day; times were counted from the first of them.")
    if lost := len(stamped) - len(keep):
        warnings.append(f"{lost} of {len(stamped)} stamps are out of order and were left out.")
    pieces = _without_preamble(pieces)
    return Reading(tuple(Piece(untagged(p.text), p.start) for p in pieces), tuple(warnings))


def _without_preamble(pieces: list[Piece]) -> list[Piece]:
    """Remove titles, keywords and names of speakers above the first stamp."""
    first = next((at for at, piece in enumerate(pieces) if piece.start is not None), 0)
    said = any(re.search(r"[.?!…][\"'”’)]*$", piece.text.strip()) for piece in pieces[:first])
    above = sum(bool(piece.text) for piece in pieces[:first])
    few = len(pieces) - first < _LEAST or above > _LEAST
    return pieces if said or few else pieces[first:]
