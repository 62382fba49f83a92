"""Subtitle files that pysubs2 reads: SubStation Alpha, SAMI, MicroDVD, MPL2 and TMP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_subtitles", "subtitle_format"]

_FRAMES_PER_SECOND = 25.0
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")


def _most_lines(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)

    def fits(text: str) -> bool:
        lines = [line for line in text.splitlines() if line.strip()]
        return sum(compiled.match(line) is not None for line in lines) > 0.6 * len(lines)

    return fits


_FORMATS: dict[str, Callable[[str], bool]] = {
    "ass": lambda text: bool(
        re.search(r"^\s*(?:\[Script Info\]|\[V4\+? Styles\])", text, re.MULTILINE | re.IGNORECASE)
        or re.search(r"^Dialogue:[^,\n]*,\s*\d+:\d+:\d+", text, re.MULTILINE)
    ),
    "sami": lambda text: re.match(r"\s*<sami\b", text, re.IGNORECASE) is not None,
    "microdvd": _most_lines(r"^\s*\{ *\d+ *\} *\{ *\d* *\}"),
    "mpl2": _most_lines(r"^\s*\[\d+\]\[\d*\]"),
}


def subtitle_format(text: str) -> str | None:
    """Return pysubs2's name for a file's format, or ``None`` if it is none of these."""
    return next((name for name, fits in _FORMATS.items() if fits(text)), None)


def read_subtitles(text: str, name: str) -> Reading:
    """Read subtitles without comments and drawings.

    Args:
        text: The file's text.
        name: Format from :func:`subtitle_format`.

    Returns:
        The captions in order of time.

    Raises:
        ValueError: The file is damaged.

    """
    # pysubs2 is imported only for the files that need it.
    from pysubs2 import SSAFile
    from pysubs2.exceptions import Pysubs2Error, UnknownFPSError

    if name == "ass" and re.search(r"^\s*\[V4 Styles\]", text, re.MULTILINE | re.IGNORECASE):
        name = "ssa"
    # If the end is missing, use one frame or tenth of a second after the start.
    text = re.sub(
        r"^\s*([\[{])\s*(\d+)\s*([\]}])\s*[\[{]\s*[\]}]", r"\1\2\3\1\2\3", text, flags=re.M
    )
    if name == "sami":  # pysubs2 needs the end to see the last caption
        text += "</SAMI>"
    warnings: tuple[str, ...] = ()
    try:
        try:
            file = SSAFile.from_string(text, format_=name)
        except UnknownFPSError:
            file = SSAFile.from_string(text, format_=name, fps=_FRAMES_PER_SECOND)
            warnings = (
                "The file counts frames but does not say how many a second has; "
                f"{_FRAMES_PER_SECOND:.0f} were assumed.",
            )
    except (Pysubs2Error, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(str(error)) from error
    # is_drawing of pysubs2 takes quadratic time.
    spoken = (e for e in file.events if not e.is_comment and not _DRAWING.search(e.text))
    events = sorted(spoken, key=lambda event: event.start)
    said: dict[tuple[float, float, str], None] = {}
    for event in events:
        start = max(event.start / 1000, 0.0)
        said[start, max(event.end / 1000, start), untagged(event.plaintext).strip()] = None
    # The layers of a styled line repeat its text at the same time.
    return Reading(tuple(Piece(words, a, b) for a, b, words in said), warnings, is_captions=True)
