"""Parse text into timed pieces: plain text, SubRip and WebVTT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import PurePath

import srt
import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from pyfrontiers.lecture.transcript.model import TranscriptError

__all__ = ["Piece", "read"]

_SUFFIXES = {".txt": "txt", ".srt": "srt", ".vtt": "vtt"}
_CUE_TIMES = re.compile(r"^\s*[\d:.,]+ *--> *[\d:.,]+", re.MULTILINE)
_LEADING_TIME = re.compile(
    r"^[\[(]?(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,]\d{1,3})?[\])]?(?:\s+[-–—:]?\s*|$)(.*)$"
)
_TAG = re.compile(r"</?[a-zA-Z0-9:.][^<>]{0,200}>|\{\\[^{}]{0,100}\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a text or one caption.

    Attributes:
        text: Its words, with lines separated by newlines.
        start: Start in seconds, ``None`` in a text without times.
        end: End in seconds, ``None`` if the file does not give it.

    """

    text: str
    start: float | None = None
    end: float | None = None


def read(text: str, filename: str) -> list[Piece]:
    """Read the pieces of a transcript, in order.

    The content takes precedence over the name: captions saved as ``.txt`` are read as captions.

    Args:
        text: Decoded text of the file.
        filename: Its name, ending in ``.txt``, ``.srt`` or ``.vtt`` (case-insensitive).

    Returns:
        Pieces that contain words, in order of time if there are times.

    Raises:
        TranscriptError: The ending is another one, or the captions cannot be read.

    """
    kind = _SUFFIXES.get(PurePath(filename).suffix.lower())
    if kind is None:
        raise TranscriptError(
            f"{filename} does not end in .txt, .srt or .vtt; rename it to match its format."
        )
    if text.lstrip().startswith("WEBVTT"):
        kind = "vtt"
    elif kind == "txt" and len(_CUE_TIMES.findall(text)) >= 2:
        kind = "srt"
    pieces = {"txt": _plain, "srt": _subrip, "vtt": _webvtt}[kind](text, filename)
    pieces = [piece for piece in pieces if re.search(r"\w", piece.text)]
    if not pieces:
        raise TranscriptError(f"{filename} contains no words to import.")
    return pieces


def _subrip(text: str, filename: str) -> list[Piece]:
    try:
        captions = sorted(srt.parse(text), key=lambda caption: caption.start)
    except (srt.SRTParseError, srt.TimestampParseError) as error:
        at = getattr(error, "expected_start", 0)
        line = text.count("\n", 0, at + 1) + 1
        raise TranscriptError(
            f"{filename} is not a well-formed .srt file: the caption near line {line} needs a "
            "number, times like 00:01:02,500 --> 00:01:05,000, and text, each on a new line."
        ) from None
    if not captions:
        raise TranscriptError(f"{filename} contains no captions.")
    return [
        Piece(_untagged(c.content), c.start.total_seconds(), c.end.total_seconds())
        for c in captions
    ]


def _webvtt(text: str, filename: str) -> list[Piece]:
    try:
        captions = webvtt.from_buffer(iter(text.lstrip().splitlines(keepends=True)), strict=True)
    except MalformedFileError:
        raise TranscriptError(
            f"{filename} is not a well-formed .vtt file: its first line is not WEBVTT."
        ) from None
    except MalformedCaptionError as error:
        raise TranscriptError(
            f"{filename} is not a well-formed .vtt file: a caption cannot be read "
            f"({str(error).rstrip('.')[:200]}); times look like 00:01:02.500 --> 00:01:05.000."
        ) from None
    pieces = [
        Piece(_untagged(c.text), _seconds(c.start), _seconds(c.end)) for c in captions.captions
    ]
    if not pieces:
        raise TranscriptError(f"{filename} contains no captions.")
    return sorted(pieces, key=lambda piece: piece.start or 0.0)


def _seconds(stamp: str) -> float:
    seconds = 0.0
    for field in stamp.split(":"):
        seconds = 60 * seconds + float(field)
    return seconds


def _untagged(text: str) -> str:
    return unescape(_TAG.sub("", text))


def _plain(text: str, filename: str) -> list[Piece]:
    """Read paragraphs; leading times of lines count as timestamps if they form a clock."""
    stamped = _stamped(text)
    if stamped is not None:
        return stamped
    paragraphs = re.split(r"\n *\n", _headings_apart(text))
    return [Piece(_untagged(paragraph.strip())) for paragraph in paragraphs]


def _headings_apart(text: str) -> str:
    # A Markdown heading is a separate paragraph, even without blank lines around it.
    return re.sub(r"^(#{1,6} .*)$", r"\n\1\n", text, flags=re.MULTILINE)


def _stamped(text: str) -> list[Piece] | None:
    pieces: list[Piece] = []
    for paragraph in re.split(r"\n *\n", _headings_apart(text)):
        fresh = True
        for line in paragraph.splitlines():
            match = _LEADING_TIME.match(line.strip())
            if match:
                hours, minutes, seconds = (int(match[k] or 0) for k in (1, 2, 3))
                pieces.append(Piece(match[4], 3600.0 * hours + 60 * minutes + seconds))
            elif fresh and not (pieces and pieces[-1].start is not None and not pieces[-1].text):
                pieces.append(Piece(line.strip()))
            else:
                last = pieces[-1]
                pieces[-1] = Piece(f"{last.text}\n{line.strip()}".strip(), last.start)
            fresh = False
    times = [piece.start for piece in pieces if piece.start is not None]
    # Fewer than three times, or times that go backwards, are part of the text, not timestamps.
    if len(times) < 3 or times != sorted(times):
        return None
    return [Piece(_untagged(piece.text), piece.start) for piece in pieces]
