"""Decode a file to text, or explain why it cannot be used."""

from __future__ import annotations

import codecs
import re
import unicodedata

from pyfrontiers.lecture.transcript.model import TranscriptError

__all__ = ["LIMIT_BYTES", "decode", "decode_with_warnings"]

LIMIT_BYTES = 2_000_000
"""Maximum file size: about sixty hours of speech."""

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
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
    """Decode a transcript file; see :func:`decode_with_warnings`."""
    return decode_with_warnings(data, filename)[0]


def decode_with_warnings(data: bytes, filename: str) -> tuple[str, tuple[str, ...]]:
    r"""Decode a transcript file in UTF-8, UTF-16, UTF-32, Windows-1252 or Mac Roman.

    Args:
        data: The file's bytes, at most :data:`LIMIT_BYTES`.
        filename: Its name, for error messages.

    Returns:
        The text, with ``\n`` as line end and without a byte-order mark or control characters except
        tabs; and a warning if some bytes are not Unicode.

    Raises:
        TranscriptError: The file is too large, empty, binary or the source of a web page.

    """
    refuse_size(len(data), filename)
    if not data.strip(b" \t\r\n\x00\x0b\x0c\xef\xbb\xbf"):
        raise TranscriptError(f"{filename} is empty: it contains no text to import.")
    text, foreign = _text(data, filename)
    text = _plain(text)
    if not text.strip():
        raise TranscriptError(f"{filename} is empty: it contains no text to import.")
    if re.match(r"\s*(?:<!doctype\s+html|<html\b)", text, re.IGNORECASE):
        raise TranscriptError(
            f"{filename} is the source of a web page, not a transcript; copy the text of the page "
            "into a .txt file and import that file."
        )
    if not foreign:
        return text, ()
    return text, (
        f"{foreign} bytes are not UTF-8 and were read as Windows-1252 or Mac Roman; if letters "
        "with accents look wrong, save the file with the encoding UTF-8.",
    )


def refuse_size(size: int, filename: str) -> None:
    """Raise TranscriptError if a file of ``size`` bytes is too large for a transcript."""
    if size > LIMIT_BYTES:
        raise TranscriptError(
            f"{filename} has {size / 1e6:,.1f} MB, more than the limit of {LIMIT_BYTES / 1e6:.0f} "
            "MB; a whole lecture takes less than 1 MB, so this may be the wrong file."
        )


def _text(data: bytes, filename: str) -> tuple[str, int]:
    """Decode bytes; return the text and the number of bytes that are not valid UTF-8."""
    encoding = next((name for mark, name in _MARKED if data.startswith(mark)), _unmarked(data))
    if encoding in {"utf-16", "utf-32", "utf-16-le", "utf-16-be"}:
        # A truncated file or a stray byte costs one character, not the whole transcript.
        return data.decode(encoding, errors="replace").replace("\ufffd", ""), 0
    data = data.rstrip(b"\x00")  # padding of a preallocated file
    _refuse_binary(data, filename)
    try:
        return data.decode("utf-8-sig"), 0
    except UnicodeDecodeError:
        foreign = [
            b for b in data.decode("utf-8", errors="surrogateescape") if "\udc80" <= b <= "\udcff"
        ]
    # An apostrophe of Mac Roman is a letter of Windows-1252: itÕs.
    mac = len(re.findall(rb"[A-Za-z]\xd5(?:s|t|re|ve|ll|d|m)\b", data))
    name = "mac_roman" if mac else "cp1252"
    text = data.decode("utf-8-sig", errors="surrogateescape")
    return re.sub("[\udc80-\udcff]+", lambda match: _legacy(match[0], name), text), len(foreign)


def _legacy(escaped: str, name: str) -> str:
    raw = escaped.encode("utf-8", errors="surrogateescape")
    try:
        return raw.decode(name)
    except UnicodeDecodeError:  # five bytes that Windows-1252 does not define
        return raw.decode("latin-1")


def _unmarked(data: bytes) -> str:
    """Return the encoding of a file without a byte-order mark."""
    head = data[:2000]
    if any(data.startswith(mark) for mark, _ in _SIGNATURES) or len(head) < 4:
        return "utf-8"
    # UTF-16 Latin text has a NUL in every second byte.
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros.count(0) > 0.8 * (len(head) // 2) and head.count(0) < 0.6 * len(head):
            return encoding
    return "utf-8"


def _refuse_binary(data: bytes, filename: str) -> None:
    kind = next((name for mark, name in _SIGNATURES if data.startswith(mark)), None)
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data))
    if kind is None and controls > 0.01 * len(data):
        kind = "a binary file"
    if kind is not None:
        raise TranscriptError(
            f"{filename} is {kind}, not text; a transcript is a text file such as .txt, .srt, "
            ".vtt or .json."
        )


def _plain(text: str) -> str:
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = unicodedata.normalize("NFC", text)
    text = text.translate({ord(c): _shown(c) for c in set(text) - {"\n", "\t"}})
    # Long runs of spaces carry no meaning and would make patterns backtrack.
    text = re.sub(r" ?(\t{1,8})[ \t]*", r"\1", re.sub(r" {2,}", " ", text))
    return re.sub(r"\n(?:[ \t]*\n)+", "\n\n", text)


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    return "" if kind in {"Cc", "Cf"} else " " if kind == "Zs" else character
