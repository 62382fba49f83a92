"""Records of keys and values (YAML, TOML, TextGrid of Praat), and columns of NIST (CTM, STM)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_records"]

_ENTRY = re.compile(r"\s*(?:-\s+)?[\"']?([A-Za-z]\w{0,30})[\"']?\s*(?::\s|=)\s*(.*?),?\s*")
_START = frozenset({"start", "begin", "from", "xmin", "time", "timestamp", "offset", "start_time"})
_END = frozenset({"end", "stop", "to", "xmax", "end_time"})
_WORDS = frozenset({"text", "words", "word", "content", "transcript", "caption", "body", "value"})
#: In YAML, the words follow on the next lines.
_FOLDED = re.compile(r"[>|][+-]?\d?")
#: The name of a record: `[[segment]]`, `intervals [2]:`.
_HEAD = re.compile(r"\s*(?:\[.*\]|.*:|-+)\s*")
_LEAST = 3
_NUMBER = r"\d+\.\d+"
#: File, channel, start, length, word and often its confidence.
_CTM = re.compile(rf"\S+\s+\w\s+({_NUMBER})\s+({_NUMBER})\s+(\S+)(?:\s+-?\d[\d.]*)?\s*")
#: File, channel, speaker, start, end, labels and words.
_STM = re.compile(rf"\S+\s+\w\s+\S+\s+({_NUMBER})\s+({_NUMBER})\s+(?:<[^>]*>\s+)?(.*)")


def read_records(text: str) -> Reading | None:
    """Read records with a time and words each, or columns of NIST's scoring tools.

    Args:
        text: The file's text.

    Returns:
        The captions, or ``None`` if it is neither.

    """
    lines = [line for line in text.splitlines() if line.strip()]
    found = [piece for piece in _pieces(lines) if piece.text.strip()]
    if len(found) < _LEAST:
        found = _columns([line for line in lines if not line.startswith(";;")])
    return Reading(tuple(found), is_captions=True) if len(found) >= _LEAST else None


def _pieces(lines: list[str]) -> Iterator[Piece]:
    entries = [match for line in lines if (match := _ENTRY.fullmatch(line))]
    starts = sum(match[1].lower() in _START for match in entries)
    words = sum(match[1].lower() in _WORDS for match in entries)
    # Besides the keys of the records, a file has a head and names of records.
    if min(starts, words) < _LEAST or starts + words < len(lines) / 4 or starts > 2 * words:
        return
    start: float | None = None
    end: float | None = None
    said: list[str] = []
    begun = continues = False
    for line in lines:
        match = _ENTRY.fullmatch(line)
        key, value = (match[1].lower(), match[2].strip("\"'")) if match else ("", line)
        if key in _START:
            if said:
                yield Piece(untagged("\n".join(said)).strip(), start, end)
            start, end, said, begun = seconds_of(value), None, [], True
        elif key in _END:
            end = seconds_of(value)
        elif key in _WORDS and begun:
            said = [] if _FOLDED.fullmatch(value) else [value]
        elif continues and not match and not _HEAD.fullmatch(line):
            said.append(line.strip(" \"'"))
            continue
        continues = begun and key in _WORDS
    if said:
        yield Piece(untagged("\n".join(said)).strip(), start, end)


def _columns(lines: list[str]) -> list[Piece]:
    for pattern, is_length in ((_CTM, True), (_STM, False)):
        found = [pattern.fullmatch(line) for line in lines]
        rows = [match for match in found if match]
        if rows and len(rows) == len(lines):
            return [
                Piece(
                    untagged(words).strip(),
                    float(start),
                    float(other) + (float(start) if is_length else 0.0),
                )
                for start, other, words in (match.groups() for match in rows)
            ]
    return []
