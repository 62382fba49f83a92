"""The import: from the bytes of a file to paragraphs in the lecture's sections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript.alignment import align, match_of
from pyfrontiers.lecture.transcript.decoding import decode
from pyfrontiers.lecture.transcript.furniture import spoken_pieces
from pyfrontiers.lecture.transcript.model import Paragraph, Transcript, TranscriptError
from pyfrontiers.lecture.transcript.paragraphs import grouped
from pyfrontiers.lecture.transcript.reading import read
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
"""Least match of a text that is imported.

Measured: transcripts of this lecture, whole or any one section of it, 0.29 to 0.47; other machine
learning lectures and documentation 0.07 to 0.17; texts about other things below 0.09.
"""


def import_transcript(
    data: bytes, filename: str, *, video: str | None = None, duration: float | None = None
) -> Transcript:
    """Read a transcript of the lecture and assign it to the sections in order.

    Page furniture, sounds and repetitions are removed; what remains is split into sentences, the
    sentences are aligned to the sections (:func:`.alignment.align`) and grouped into paragraphs,
    none of which belongs to two sections.

    Args:
        data: The file's bytes, UTF-8, at most 2 MB.
        filename: Its name, ending in ``.txt``, ``.srt`` or ``.vtt``.
        video: Address of the video (http or https) that times shall link to.
        duration: Length of the video in seconds, from which times are estimated by the share of
            words when the file has none.

    Returns:
        The transcript, with warnings about times that are unknown or estimated.

    Raises:
        TranscriptError: When an argument or the file cannot be used, or the text is not of this
            lecture; the message is a sentence that says why.

    """
    filename = PurePath(filename.replace("\\", "/")).name[:120] or "The file"
    if video is not None:
        video = validated_video(video)
    if duration is not None:
        duration = checked_duration(duration)
    row = cleaned_words(data, filename)
    row, estimated, warnings = _timed(row, duration)
    spans = sentences(row.words, row.times, row.breaks)
    said = [" ".join(row.words[first:last]) for first, last in spans]
    path = align(said, [first in row.breaks for first, _ in spans])
    match = match_of(said, path)
    if match < THRESHOLD:
        raise TranscriptError(
            f"{filename} does not seem to be a transcript of this lecture: it matches the "
            f"sections by {100 * match:.0f} % and at least {100 * THRESHOLD:.0f} % is "
            "needed; nothing was imported."
        )
    return Transcript(
        paragraphs=tuple(_paragraphs(row, spans, path, estimated)),
        match=round(match, 4),
        video=video,
        warnings=warnings,
        source=filename,
    )


def cleaned_words(data: bytes, filename: str) -> Words:
    """Return the words that were spoken, each once, with the times that the file gives.

    Args:
        data: The file's bytes.
        filename: Its name.

    Returns:
        At least one word.

    Raises:
        TranscriptError: When the file cannot be read or contains no speech.

    """
    row = without_repeats(words_of(spoken_pieces(read(decode(data, filename), filename))))
    if not row.words:
        raise TranscriptError(f"{filename} contains headings or sounds but no spoken words.")
    return row


def _timed(row: Words, duration: float | None) -> tuple[Words, bool, tuple[str, ...]]:
    known = [time for time in row.times if time is not None]
    if known and duration is not None and duration < known[-1]:
        return (
            row,
            False,
            (
                f"The file's times run to {clock(known[-1])}, past the duration given; "
                "the file's times were taken.",
            ),
        )
    if known:
        return row, False, ()
    if duration is None:
        return (
            row,
            False,
            ("The file has no times; give the video's duration to have them estimated.",),
        )
    return (
        replace(row, times=estimated_times(len(row.words), duration)),
        True,
        ("The file has no times; they are estimated from the share of words.",),
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
            # An untimed heading before the first stamp leaves words without a time.
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
