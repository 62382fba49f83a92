"""JSON from speech recognisers and websites, recognised by the names of its fields.

All of them contain a list of entries with words and a time: YouTube's json3 and its transcript
libraries, Whisper and its derivatives, Rev, Deepgram, AssemblyAI, Amazon, Google, Vosk. The reader
looks for such lists instead of handling each product separately.
"""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parse_json", "read_json"]

_WORDS = (
    *("text", "punctuated_word", "body", "utf8", "caption", "content", "transcript", "word"),
    *("value", "display", "sentence", "subtitle", "line", "utterance"),
)
_START = (
    *("start", "startTime", "start_time", "begin", "from", "ts", "offset", "timestamp", "time"),
    *("start_ts", "startTimestamp", "startOffset", "seconds"),
)
_START_MS = ("tStartMs", "startMs", "start_ms", "offsetMs", "startTimeMs", "offset_ms")
_END = ("end", "endTime", "end_time", "to", "end_ts", "stop", "endTimestamp", "endOffset")
_END_MS = ("endMs", "end_ms", "endTimeMs")
_LENGTH, _LENGTH_MS = ("duration", "dur"), ("dDurationMs", "durationMs", "duration_ms")
_FIRST_OF = ("alternatives", "nBest", "NBest")
_LEAST_MS = 50.0
_CHUNK, _PAUSE = 8, 1.0


@dataclass(slots=True)
class _Entry:
    """The words of an entry and its times; ``is_whole`` if all of them are integers."""

    words: str
    start: float | None
    end: float | None
    is_whole: bool


def parse_json(text: str) -> Any:
    """Parse JSON, or several JSON values in a row, as a list.

    Raises:
        ValueError: It is neither.

    """
    decoder = json.JSONDecoder()
    values: list[Any] = []
    at = 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        space = re.compile(r"[\s,]*").match(text, at)
        at = len(text) if space is None else space.end()
    return values[0] if len(values) == 1 else values


def read_json(value: Any) -> Reading:
    """Read the words and times of a parsed JSON file.

    Args:
        value: What :func:`parse_json` returned.

    Returns:
        The entries of the list with the most text; of several such lists, the finest with times.
        Single words are joined into captions that end after eight words or at a pause.

    """
    groups: dict[tuple[str, ...], list[_Entry]] = {}
    for path, entry in _entries(value, ()):
        groups.setdefault(path, []).append(entry)
    timed = {
        path: entries
        for path, entries in groups.items()
        if any(entry.start is not None for entry in entries) and _letters(entries)
    }
    if timed:
        most = max(map(_letters, timed.values()))
        # Words and captions have the same letters; the finer list has more entries.
        best = max((e for e in timed.values() if _letters(e) >= 0.97 * most), key=len)
        return Reading(tuple(_pieces(best)), is_captions=True)
    texts = max(groups.values(), key=_letters, default=[])
    return Reading(tuple(Piece(untagged(entry.words)) for entry in texts))


def _letters(entries: list[_Entry]) -> int:
    return sum(len(re.sub(r"\W", "", entry.words)) for entry in entries)


def _entries(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], _Entry]]:
    """Yield every object with words, with the names of the fields that lead to it."""
    if isinstance(value, list):
        if path and path[-1] in _FIRST_OF:
            value = value[:1]
        for item in value:
            if isinstance(item, str):
                yield path, _Entry(item, None, None, is_whole=False)
            else:
                yield from _entries(item, path)
    elif isinstance(value, dict):
        words = _words(value)
        if words is not None:
            yield path, _entry(value, words)
        for name, item in value.items():
            yield from _entries(item, (*path, str(name)))


def _words(value: dict[str, Any]) -> str | None:
    segments = value.get("segs")
    if isinstance(segments, list):
        return "".join(str(one.get("utf8", "")) for one in segments if isinstance(one, dict))
    for name in _WORDS:
        if isinstance(value.get(name), str):
            return str(value[name])
    lines = value.get("lines")
    if isinstance(lines, list) and _has_time(value) and all(isinstance(one, str) for one in lines):
        return "\n".join(lines)
    snippet = value.get("snippet")
    if isinstance(snippet, dict) and _has_time(value):
        runs = [run for run in snippet.get("runs", [snippet]) if isinstance(run, dict)]
        return "".join(str(run.get("text", run.get("simpleText", ""))) for run in runs)
    for name in _FIRST_OF:
        first = value.get(name)
        # Amazon keeps the word of a timed entry in its alternatives.
        if isinstance(first, list) and first and isinstance(first[0], dict) and _has_time(value):
            return _words(first[0])
    return None


def _has_time(value: dict[str, Any]) -> bool:
    return any(name in value for name in (*_START, *_START_MS, "type"))


def _entry(value: dict[str, Any], words: str) -> _Entry:
    nested = value.get("timestamps", value.get("timestamp"))
    if isinstance(nested, dict):
        value = {**value, **nested}
    elif isinstance(nested, list) and len(nested) == 2:
        value = {**value, "start": nested[0], "end": nested[1]}
    start, whole = _time(value, _START, _START_MS)
    end, _ = _time(value, _END, _END_MS)
    length, _ = _time(value, _LENGTH, _LENGTH_MS)
    if end is None and start is not None and length is not None:
        end = start + length
    return _Entry(words, start, end, whole)


def _time(
    value: dict[str, Any], names: tuple[str, ...], in_ms: tuple[str, ...]
) -> tuple[float | None, bool]:
    """Return a time and whether it is an integer of unknown unit."""
    for name in in_ms:
        found = _number(value.get(name))
        if found is not None:
            return found / 1000, False
    for name in names:
        raw = value.get(name)
        if isinstance(raw, dict):  # protobuf: {"seconds": 1, "nanos": 500000000}
            whole, nanos = _number(raw.get("seconds", 0)), _number(raw.get("nanos", 0))
            if whole is not None and nanos is not None:
                return whole + nanos / 1e9, False
        found = _number(raw)
        if found is not None:
            return found, isinstance(raw, int) or (isinstance(raw, str) and raw.isdigit())
    return None, False


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return float(raw) if 0 <= raw < 1e10 else None
    return seconds_of(raw) if isinstance(raw, str) else None


def _pieces(entries: list[_Entry]) -> list[Piece]:
    scale = _scale(entries)
    for entry in entries:
        entry.start = None if entry.start is None else entry.start * scale
        entry.end = None if entry.end is None else entry.end * scale
    spoken = [entry for entry in entries if entry.words.strip()]
    few = sum(len(entry.words.split()) for entry in spoken) <= 1.5 * len(spoken)
    if few and len(spoken) > 3:
        return _joined(spoken)
    pieces: list[Piece] = []
    for entry in spoken:
        words = untagged(entry.words).strip()
        if entry.start is None and pieces:
            last = pieces[-1]
            pieces[-1] = Piece(f"{last.text}\n{words}", last.start, last.end)
        else:
            pieces.append(Piece(words, entry.start, entry.end))
    return sorted(pieces, key=lambda piece: piece.start or 0.0)


def _scale(entries: list[_Entry]) -> float:
    """Return 0.001 if all times are integers that only make sense as milliseconds."""
    timed = [entry for entry in entries if entry.start is not None]
    if not all(entry.is_whole for entry in timed):
        return 1.0
    sizes = [entry.end - (entry.start or 0.0) for entry in timed if entry.end is not None]
    starts = [entry.start or 0.0 for entry in timed]
    sizes = sizes or [b - a for a, b in pairwise(starts)]
    return 0.001 if sizes and statistics.median(sizes) > _LEAST_MS else 1.0


def _joined(entries: list[_Entry]) -> list[Piece]:
    """Join words into captions; a punctuation mark belongs to the word before it."""
    spaced = any(entry.words[:1].isspace() for entry in entries)
    pieces: list[Piece] = []
    run: list[_Entry] = []
    for entry in entries:
        is_mark = not re.search(r"\w", entry.words)
        if run and not is_mark and (len(run) >= _CHUNK or _paused(run[-1], entry)):
            pieces.append(_caption(run))
            run = []
        if is_mark and run:
            run[-1].words += entry.words
        else:
            entry.words = entry.words if spaced else f" {entry.words.strip()}"
            run.append(entry)
    return [*pieces, _caption(run)] if run else pieces


def _paused(before: _Entry, after: _Entry) -> bool:
    return before.end is not None and after.start is not None and after.start > before.end + _PAUSE


def _caption(run: list[_Entry]) -> Piece:
    text = untagged("".join(entry.words for entry in run)).strip()
    times = tuple(entry.start for entry in run)
    known = [time for time in times if time is not None]
    ends = [entry.end for entry in run if entry.end is not None]
    return Piece(
        text,
        known[0] if known else None,
        max(ends) if ends else (known[-1] if known else None),
        times if len(known) == len(text.split()) else (),
    )
