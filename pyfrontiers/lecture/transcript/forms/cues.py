"""Captions whose lines give two times: SubRip, WebVTT, SBV, and the console output of Whisper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyfrontiers.lecture.transcript.forms.line_patterns import is_name
from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import (
    LOOSE_CLOCK,
    SECONDS,
    frame_rate,
    seconds_of,
)

__all__ = ["count_ranges", "is_web_captions", "read_cues"]

_TIME = rf"(?:{LOOSE_CLOCK}|{SECONDS}|\d+\.\d+)"
_ARROW = r"(?:-{1,3}\s?(?:>|&gt;)|—>|–>|=>|→|⟶|➔)"
_RANGE = re.compile(
    r"^[ >]*(?:\d{1,6}[.):]?\s+|(?P<name>[^\[\]()<>\n]{1,40}?):?\s+(?=[\[(]))?"
    rf"(?P<open>[\[(<]?)\s*(?P<start>{_TIME})\s*[\])>]?\s*"
    rf"(?P<mark>{_ARROW}|-{{1,2}}|–|—|~|,|/|>|to|bis)\s*[\[(<]?\s*(?P<end>{_TIME})"
    r"(?P<close>\s*[\])>]?)(?P<rest>.*)$"
)
_SETTINGS = re.compile(r"^(?:\s*[A-Za-z]\w*\s*:\s*\S+)+\s*$")
_ARROW_LINE = re.compile(r"^\W*\d[\w.,]*:[\w:., ]{0,20}-{1,3}\s?(?:>|&gt;)\W{0,3}\d")
_PART, _GAP = 3, 60.0
_BLOCK = re.compile(r"^(?:NOTE|STYLE|REGION|WEBVTT|X-TIMESTAMP-MAP=.*)(?:\s|$)")


@dataclass(frozen=True, slots=True)
class _Timing:
    """A line with two times, and the words after them."""

    start: float
    end: float
    words: str


def _timing(line: str, rate: float) -> _Timing | None:
    match = _RANGE.match(line)
    if match is None:
        return None
    rest = match["rest"].strip()
    arrow = re.fullmatch(_ARROW, match["mark"]) is not None
    # In the comma-separated files of DVD Studio Pro, the words follow a third comma.
    bracketed = bool(match["open"] and match["close"].strip())
    if match["mark"] == "," and rest and not rest.startswith(",") and not bracketed:
        return None
    if match["name"] is not None and not is_name(match["name"]):
        return None
    if not arrow and not match["open"] and not re.search("[:;]", match["start"]):
        return None
    start, end = seconds_of(match["start"], rate), seconds_of(match["end"], rate)
    if start is None or end is None:
        return None
    words = "" if _SETTINGS.match(rest) and arrow and not match["open"] else rest
    return _Timing(start, end, re.sub(r"^(?:[:|\-–—]\s+|,\s*)", "", words))


def count_ranges(text: str) -> tuple[int, int]:
    """Count the lines with two times, and the lines with an arrow between numbers."""
    lines = text.splitlines()
    rate = frame_rate(text)
    ranges = sum(_timing(line, rate) is not None for line in lines)
    return ranges, sum(_ARROW_LINE.match(line) is not None for line in lines)


def is_web_captions(text: str) -> bool:
    """Return whether a file begins like WebVTT."""
    return re.match(r"\s*WEBVTT\b", text, re.IGNORECASE) is not None


def read_cues(text: str) -> Reading:
    """Read captions; a caption's words are the lines up to the next line of times.

    Caption numbers, caption names, notes and style sheets are skipped. The words of a caption whose
    times cannot be read are appended to the previous caption, with a warning.

    Args:
        text: The file's text.

    Returns:
        The captions in order of time.

    """
    web, rate = is_web_captions(text), frame_rate(text)
    lines = text.splitlines()
    timings = [_timing(line, rate) for line in lines]
    named = _names(lines, timings, web=web)
    captions: list[tuple[float, float, list[str]]] = []
    unread = 0
    skipping = False
    for at, line in enumerate(lines):
        found = timings[at]
        if found is not None:
            captions.append((found.start, found.end, [found.words] if found.words else []))
            skipping = False
        elif _ARROW_LINE.match(line):
            unread += 1
        elif not line.strip():
            skipping = False
        elif web and not lines[at - 1].strip() and _BLOCK.match(line):
            # In the joined segments of a stream, headers appear between the captions.
            skipping = True
        elif captions and not skipping and at not in named:
            captions[-1][2].append(line.strip())
    warnings = _warnings(unread, len(captions))
    pieces = [Piece(untagged("\n".join(said)), start, end) for start, end, said in captions]
    pieces, again = _joined(pieces)
    if again:
        often = "once" if again == 1 else f"{again} times"
        warnings += (f"The times restart {often}; the parts were placed one after the other.",)
    pieces.sort(key=lambda piece: piece.start or 0.0)
    return Reading(tuple(pieces), warnings, is_captions=True)


def _joined(pieces: list[Piece]) -> tuple[list[Piece], int]:
    """Shift parts of a file whose times restart, so that they follow each other; count restarts."""
    shift = last = 0.0
    result: list[Piece] = []
    again = 0
    for at, piece in enumerate(pieces):
        start = piece.start or 0.0
        following = [later.start or 0.0 for later in pieces[at : at + _PART]]
        restarts = len(following) == _PART and following[-1] < min(last - shift, start + _GAP)
        if start < _GAP and last - shift - start > _GAP and restarts and start == min(following):
            shift, again = last, again + 1
        end = max(piece.end or start, start) + shift
        result.append(Piece(piece.text, start + shift, end))
        last = max(last, end)
    return result, again


def _names(lines: list[str], timings: list[_Timing | None], *, web: bool) -> set[int]:
    """Return the lines that number or name the caption below them."""
    above = [at - 1 for at, found in enumerate(timings) if found is not None and at]
    # In a file with an empty line after every line, the number is two lines above.
    above = [at - 1 if at and not lines[at].strip() else at for at in above]
    numbers = {at for at in above if re.fullmatch(r"\s*\d{1,7}\s*", lines[at])}
    # WebVTT also names captions; the name follows an empty line.
    names = {
        at
        for at in above
        if web
        and lines[at].strip()
        and timings[at] is None
        and lines[at + 1].strip()
        and not (at and lines[at - 1].strip())
    }
    # Lines above at least half of the captions are numbers or names; a single number was spoken.
    return numbers | names if 2 * len(numbers | names) >= len(above) else set()


def _warnings(unread: int, count: int) -> tuple[str, ...]:
    if not unread:
        return ()
    return (
        f"The times of {unread} of {unread + count} captions could not be read; their words follow "
        "the caption before. Times look like 00:01:02,500 --> 00:01:05,000.",
    )
