"""Lyrics files (LRC): lines that begin with one or more stamps in square brackets."""

from __future__ import annotations

import re

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import seconds_of

__all__ = ["is_lrc", "read_lrc"]

_STAMP = r"\[\s*(\d{1,3}:\d{2}(?:[.:,]\d{1,3})?)\s*\]"
_LINE = re.compile(rf"^\s*((?:{_STAMP}\s*)+)(.*)$")
_TAG = re.compile(
    r"^\s*\[(ar|al|ti|au|by|re|ve|la|lr|length|offset|tool|#)\s*:\s*(.*?)\s*\]?\s*$", re.I
)
_OF_WORD = re.compile(r"<\s*\d{1,3}:\d{2}(?:[.:]\d{1,3})?\s*>")


def is_lrc(text: str) -> bool:
    """Return whether most lines begin with [mm:ss.xx], or some with several stamps."""
    lines = [line for line in text.splitlines() if line.strip() and not _TAG.match(line)]
    stamped = [match for line in lines if (match := _LINE.match(line))]
    exact = sum(bool(re.search(r"\[\s*\d+:\d{2}[.,]\d", match[1])) for match in stamped)
    tagged = any(_TAG.match(line) for line in text.splitlines())
    return 2 * len(stamped) >= max(len(lines), 1) and (tagged or 2 * exact > len(stamped))


def read_lrc(text: str) -> Reading:
    """Read lyrics; a line with several stamps was said at each of them."""
    said: list[tuple[float, str]] = []
    offset = 0.0
    for line in text.splitlines():
        tag = _TAG.match(line)
        if tag is not None:
            if tag[1].lower() == "offset" and re.fullmatch(r"[+-]?\d{1,7}", tag[2]):
                offset = int(tag[2]) / 1000
            continue
        match = _LINE.match(line)
        if match is not None:
            words = _OF_WORD.sub("", match[3])
            said += [(_seconds(stamp), words.strip()) for stamp in re.findall(_STAMP, match[1])]
        elif said and line.strip():
            said[-1] = (said[-1][0], f"{said[-1][1]}\n{line.strip()}".strip())
    # A positive offset shows the words earlier.
    said = sorted(((max(start - offset, 0.0), words) for start, words in said), key=lambda x: x[0])
    return Reading(tuple(Piece(untagged(words), start) for start, words in said))


def _seconds(stamp: str) -> float:
    minutes, _, rest = stamp.partition(":")
    # Some files have a colon before the hundredths.
    return 60 * float(minutes) + (seconds_of(rest.replace(":", ".").replace(",", ".")) or 0.0)
