"""Decode a file to text, or explain why it cannot be used."""

from __future__ import annotations

import codecs
import re
import unicodedata

from pyfrontiers.lecture.transcript.model import TranscriptError

__all__ = ["LIMIT_BYTES", "decode"]

LIMIT_BYTES = 2_000_000
"""Maximum file size: about sixty hours of speech."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "open it in a text editor, save it with the encoding UTF-8 and import that file"
# Signatures of files that are often chosen by mistake, and their names in messages.
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"RIFF", "a sound or video file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound or video file"),
)


def decode(data: bytes, filename: str) -> str:
    r"""Decode a transcript file as UTF-8.

    Args:
        data: The file's bytes, at most :data:`LIMIT_BYTES`.
        filename: Its name, for error messages.

    Returns:
        The text with ``\n`` line ends, without byte-order mark and control characters.

    Raises:
        TranscriptError: The file is too large, empty, binary or not UTF-8.

    """
    refuse_size(len(data), filename)
    if not data.strip(b" \t\r\n\x00\x0b\x0c\xef\xbb\xbf"):
        raise TranscriptError(f"{filename} is empty: it contains no text to import.")
    _refuse_utf16(data, filename)
    _refuse_binary(data, filename)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TranscriptError(
            f"{filename} is not UTF-8: byte 0x{data[error.start]:02X} in line {line} does not fit "
            f"(Latin-1 or Windows-1252 is likely); {_SAVE_AS}."
        ) from None
    text = _plain(text)
    if not text.strip():
        raise TranscriptError(f"{filename} is empty: it contains no text to import.")
    if re.match(r"\s*(?:<!doctype\s+html|<html\b)", text, re.IGNORECASE):
        raise TranscriptError(
            f"{filename} is the source of a web page, not a transcript; copy the text of the page "
            "into a .txt file and import that file."
        )
    return text


def refuse_size(size: int, filename: str) -> None:
    """Raise TranscriptError if a file of ``size`` bytes is too large for a transcript."""
    if size > LIMIT_BYTES:
        raise TranscriptError(
            f"{filename} has {size / 1e6:,.1f} MB, more than the limit of {LIMIT_BYTES / 1e6:.0f} "
            "MB; a whole lecture takes less than 1 MB, so this may be the wrong file."
        )


def _refuse_utf16(data: bytes, filename: str) -> None:
    head = data[:2000]
    # Without a byte-order mark, UTF-16 Latin text has a NUL in every second byte.
    halves = max(head[0::2].count(0), head[1::2].count(0))
    signed = any(data.startswith(mark) for mark, _ in _SIGNATURES)
    unmarked = not signed and len(head) >= 4 and halves > 0.8 * (len(head) // 2)
    if data.startswith(_UTF16) or unmarked:
        raise TranscriptError(f"{filename} is UTF-16, not UTF-8; {_SAVE_AS}.")


def _refuse_binary(data: bytes, filename: str) -> None:
    kind = next((name for mark, name in _SIGNATURES if data.startswith(mark)), None)
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data))
    if kind is None and (b"\x00" in data or controls > 0.01 * len(data)):
        kind = "a binary file"
    if kind is not None:
        raise TranscriptError(
            f"{filename} is {kind}, not text; a transcript is a .txt, .srt or .vtt file in UTF-8."
        )


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\xa0", " ")
    kept = (
        c
        for c in unicodedata.normalize("NFC", text)
        if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"}
    )
    # Long runs of spaces carry no meaning and would make the subtitle parsers backtrack.
    return re.sub(r"\n(?: *\n)+", "\n\n", re.sub(r" {2,}", " ", "".join(kept)))
