"""The import: from the bytes of a file to paragraphs assigned to the lecture's sections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript.alignment import align, match_of
from pyfrontiers.lecture.transcript.boilerplate import spoken_pieces
from pyfrontiers.lecture.transcript.decoding import decode_with_warnings
from pyfrontiers.lecture.transcript.forms import read_with_warnings
from pyfrontiers.lecture.transcript.model import Paragraph, Transcript, TranscriptError
from pyfrontiers.lecture.transcript.paragraphs import grouped
from pyfrontiers.lecture.transcript.rolling import without_overlaps
from pyfrontiers.lecture.transcript.sentences import sentences
from pyfrontiers.lecture.transcript.timing import (
    checked_duration,
    clock,
    estimated_times,
    validated_video,
)
from pyfrontiers.lecture.transcript.words import Words, without_repeats, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["THRESHOLD", "cleaned_words", "import_transcript"]

THRESHOLD = 0.20
"""Minimum match of a text that is accepted.

Measured: 0.29 to 0.47 for transcripts of this lecture or of any one section; 0.07 to 0.17 for other
machine learning lectures and documentation; below 0.09 for texts on other subjects.
"""


def import_transcript(
    data: bytes, filename: str, *, video: str | None = None, duration: float | None = None
) -> Transcript:
    """Read a transcript of the lecture and assign it to the sections in order.

    Boilerplate, sounds and repetitions are removed. The rest is split into sentences, which are
    aligned with the sections (:func:`.alignment.align`) and grouped into paragraphs that do not
    cross section boundaries.

    Args:
        data: The file's bytes, at most 2 MB, in any form that :mod:`.forms` knows.
        filename: Its name, for messages; the content decides how it is read.
        video: Address of the video (http or https) for links from times.
        duration: Length of the video in seconds, used to estimate times from the share of words if
            the file has none.

    Returns:
        The transcript, with warnings about unknown or estimated times and what could not be read.

    Raises:
        TranscriptError: An argument or the file cannot be used, or the text is not from this
            lecture; the message says why.

    """
    filename = PurePath(filename.replace("\\", "/")).name[:120] or "The file"
    # A file name in another encoding has lone surrogates, which can be neither written nor printed.
    filename = filename.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if video is not None:
        video = validated_video(video)
    if duration is not None:
        duration = checked_duration(duration)
    row, unread = _spoken(data, filename)
    row, estimated, warnings = _timed(row, duration)
    spans = sentences(row.words, row.times, row.breaks)
    spoken = [" ".join(row.words[first:last]) for first, last in spans]
    path = align(spoken, [first in row.breaks for first, _ in spans])
    match = match_of(spoken, path)
    if match < THRESHOLD:
        raise TranscriptError(
            f"{filename} does not seem to be a transcript of this lecture: it matches the "
            f"sections by {100 * match:.0f} %, and at least {100 * THRESHOLD:.0f} % is "
            "needed; nothing was imported."
        )
    return Transcript(
        paragraphs=tuple(_paragraphs(row, spans, path, estimated)),
        match=round(match, 4),
        video=video,
        warnings=(*unread, *warnings),
        source=filename,
    )


def cleaned_words(data: bytes, filename: str) -> Words:
    """Return the spoken words without repetitions, with the times given in the file.

    Args:
        data: The file's bytes.
        filename: Its name.

    Returns:
        At least one word.

    Raises:
        TranscriptError: The file cannot be read or contains no speech.

    """
    return _spoken(data, filename)[0]


def _spoken(data: bytes, filename: str) -> tuple[Words, tuple[str, ...]]:
    """Return the spoken words, and sentences about what could not be read."""
    text, foreign = decode_with_warnings(data, filename)
    found = read_with_warnings(text, filename)
    pieces = spoken_pieces(found.pieces)
    row = without_repeats(words_of(without_overlaps(pieces) if found.is_captions else pieces))
    if not row.words:
        raise TranscriptError(f"{filename} contains only headings or sounds, no spoken words.")
    return row, (*foreign, *found.warnings)


def _timed(row: Words, duration: float | None) -> tuple[Words, bool, tuple[str, ...]]:
    known = [time for time in row.times if time is not None]
    if known and duration is not None and duration < known[-1]:
        return (
            row,
            False,
            (
                f"The file has times up to {clock(known[-1])}, beyond the given duration; "
                "the times in the file were used.",
            ),
        )
    if known:
        return row, False, ()
    if duration is None:
        return (
            row,
            False,
            ("The file has no times; give the duration of the video to estimate them.",),
        )
    return (
        replace(row, times=estimated_times(len(row.words), duration)),
        True,
        ("The file has no times; they were estimated from the share of words.",),
    )


def _paragraphs(
    row: Words, spans: Sequence[tuple[int, int]], path: Sequence[int], estimated: bool
) -> list[Paragraph]:
    result: list[Paragraph] = []
    for state, section in enumerate(SECTIONS):
        inside = [span for span, place in zip(spans, path, strict=True) if place == state]
        lengths = [last - first for first, last in inside]
        for one, other in grouped(lengths, [first in row.breaks for first, _ in inside]):
            first, last = inside[one][0], inside[other - 1][1]
            # Words before the first timestamp have no time.
            start = row.times[first]
            result.append(
                Paragraph(
                    section=section.slug,
                    start=None if start is None else round(start, 2),
                    estimated=estimated and start is not None,
                    text=" ".join(row.words[first:last]),
                )
            )
    return result
