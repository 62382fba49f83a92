"""Tables with a line for each caption: TSV of Whisper, CSV of editors, labels of Audacity."""

from __future__ import annotations

import csv
import re
import statistics

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import seconds_of

__all__ = ["read_table"]

_START = re.compile(
    r"^(?:start|begin|from|in|time|timestamp|timecode|offset|ts|hh:?mm:?ss)\b", re.IGNORECASE
)
_END = re.compile(r"^(?:end|to|stop|out|finish)\b", re.IGNORECASE)
_LENGTH = re.compile(r"^(?:dur|duration|length)\b", re.IGNORECASE)
_WORDS = re.compile(
    r"^(?:text|caption|captions|transcript|transcription|content|words?|subtitle|sentence|body|value"
    r"|dialogue|speech|utterance|line)\b",
    re.IGNORECASE,
)
_LEAST_MS, _MAJORITY = 50.0, 0.8


def read_table(text: str) -> Reading | None:
    """Read a table of times and words, separated by tabs, commas or semicolons.

    Times are clock times or seconds; whole numbers are milliseconds unless captions would then be
    shorter than 0.05 s. A table without a header has start, end and words, separated by tabs.

    Args:
        text: The file's text.

    Returns:
        The captions, or ``None`` if the text is not such a table.

    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    for mark in "\t;,|":
        if mark not in first:
            continue
        try:
            rows = [row for row in csv.reader(text.splitlines(), delimiter=mark) if any(row)]
        except csv.Error:
            continue
        columns = _columns(rows[0]) if rows else None
        if columns is not None and len(rows) > 1:
            return _reading(rows[1:], rows[0], columns, mark)
        if rows and (columns := _headless(rows, mark)) is not None:
            return _reading(rows, [""] * (columns[3] + 1), columns, mark)
    return None


_Columns = tuple[int, int | None, int | None, int]


def _columns(head: list[str]) -> _Columns | None:
    """Return the columns of start, end, duration and words, if a row names start and words."""
    names = [re.sub(r"[_\s]+", " ", cell).strip(' "\ufeff') for cell in head]

    def where(pattern: re.Pattern[str]) -> int | None:
        return next((at for at, name in enumerate(names) if pattern.match(name)), None)

    start, words = where(_START), where(_WORDS)
    if start is None or words is None or start == words:
        return None
    return start, where(_END), where(_LENGTH), words


def _headless(rows: list[list[str]], mark: str) -> _Columns | None:
    """Return the columns of a table whose rows begin with one or two times."""

    def times(at: int, *, whole: bool) -> bool:
        cells = [row[at].strip() for row in rows if len(row) > at + 1]
        fits = [c for c in cells if seconds_of(c) is not None and (whole or not _is_whole(c))]
        return len(fits) >= _MAJORITY * len(rows)

    if mark not in "\t,":
        return None
    # Whole numbers could mean anything, except in two tab-separated columns.
    whole = mark == "\t"
    if times(0, whole=whole) and times(1, whole=whole) and not times(2, whole=False):
        return 0, 1, None, 2
    if times(1, whole=False) and times(2, whole=False):
        return 1, 2, None, 3
    # With commas as separators, the times and the words may contain commas too.
    if not times(0, whole=False) or any(re.match(r"\d{1,3}\s", row[1]) for row in rows if row[1:]):
        return None
    named = len({row[1] for row in rows if len(row) > 2}) * 2 <= len(rows)
    return 0, None, None, 2 if whole and named and all(len(row) > 2 for row in rows) else 1


def _reading(rows: list[list[str]], head: list[str], columns: _Columns, mark: str) -> Reading:
    start, end, length, words = columns
    scale = _scale(rows, head, columns)
    pieces: list[Piece] = []
    left_out = 0
    for row in rows:
        since = _time(row, start, scale)
        # Without quotes, commas in the words split them into several cells.
        last = words == len(head) - 1
        said = mark.join(row[words:]) if last else "".join(row[words : words + 1])
        if since is None:
            left_out += bool(said.strip())
            continue
        until = _time(row, end, scale)
        if until is None and (size := _time(row, length, scale)) is not None:
            until = since + size
        pieces.append(Piece(untagged(said).strip(), since, until))
    pieces.sort(key=lambda piece: piece.start or 0.0)
    warnings = (
        (f"{left_out} of {left_out + len(pieces)} rows have no readable time and were left out.",)
        if left_out
        else ()
    )
    return Reading(tuple(pieces), warnings, is_captions=end is not None or length is not None)


def _time(row: list[str], column: int | None, scale: float) -> float | None:
    if column is None or column >= len(row):
        return None
    cell = row[column].strip()
    seconds = seconds_of(cell)
    return None if seconds is None else seconds * (scale if _is_whole(cell) else 1.0)


def _is_whole(cell: str) -> bool:
    return re.fullmatch(r"\d+", cell.strip()) is not None


def _scale(rows: list[list[str]], head: list[str], columns: _Columns) -> float:
    """Return the unit of whole numbers in seconds: 0.001 for milliseconds, else 1."""
    start, end, length, _ = columns
    if re.search(r"(?:^|[\s_(])ms\b|milli", head[start], re.IGNORECASE):
        return 0.001
    if re.search(r"(?:^|[\s_(])s(?:ec\w*)?\b|second", head[start], re.IGNORECASE):
        return 1.0
    sizes: list[float] = []
    before: float | None = None
    for row in rows:
        cells = [row[at] if at is not None and at < len(row) else "" for at in (start, end, length)]
        if not _is_whole(cells[0]):
            return 1.0
        since = float(cells[0])
        if _is_whole(cells[1]):
            sizes.append(float(cells[1]) - since)
        elif _is_whole(cells[2]):
            sizes.append(float(cells[2]))
        elif before is not None:
            sizes.append(since - before)
        before = since
    return 0.001 if sizes and statistics.median(sizes) > _LEAST_MS else 1.0
