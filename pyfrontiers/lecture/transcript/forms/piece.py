"""The result of a reader: pieces of text with their times."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

__all__ = ["Piece", "Reading", "untagged"]

_TAG = re.compile(
    r"</?[a-zA-Z:.][^<>]{0,200}>|<\d+:[\d:.]+>|\{\\[^{}]{0,100}\}|\{[a-zA-Z]:[^{}]{0,60}\}"
)
_ESCAPED_TAG = re.compile(r"</?(?:[ibuscv]|font|span|ruby|rt|lang)\b[^<>]{0,200}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|\[br\]|\\N", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a text or one caption.

    Attributes:
        text: Its words, with lines separated by newlines.
        start: Start in seconds, ``None`` in a text without times.
        end: End in seconds, ``None`` if the file does not give it.
        times: Time of each word, if the file gives it.

    """

    text: str
    start: float | None = None
    end: float | None = None
    times: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The pieces of a file, and sentences about what could not be read.

    Attributes:
        pieces: In the order of the file.
        warnings: Sentences for the user.
        is_captions: Whether the pieces are captions, which may repeat words still on screen.

    """

    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...] = ()
    is_captions: bool = False


def untagged(text: str) -> str:
    """Remove the markup of captions and resolve entities, including doubly escaped ones."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", text)).replace("\\h", " "))
    if re.search(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+);", text, re.IGNORECASE):
        text = unescape(text)
    # Entities may be invisible characters, such as a zero-width space.
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return _ESCAPED_TAG.sub("", text).replace("\xa0", " ")
