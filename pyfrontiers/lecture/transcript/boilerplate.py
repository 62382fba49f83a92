"""Remove boilerplate of web pages and caption files from the spoken words."""

from __future__ import annotations

import re
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.sounds import without_sounds
from pyfrontiers.lecture.transcript.speakers import without_speakers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.lecture.transcript.forms import Piece

__all__ = ["spoken_pieces"]

_NOTICE = re.compile(
    r"""^(?:\#{1,6}\ | note:| (?:full\ |video\ )?transcri(?:pt|ption)\b | table\ of\ contents
        | subscribe\b | share\b | sign\ (?:up|in)\b | log\ in\b | cookies?\b | copyright\b | ©
        | all\ rights\ reserved | related\ (?:videos|articles) | comments\b | advertisement\b
        | (?:captions?|subtitles?|transcribed|translated)\ by\b | https?://\S+$ | www\.\S+$ )""",
    re.IGNORECASE | re.VERBOSE,
)
# Words of a person talking to an audience, which titles, slogans and buttons do not contain.
_TALKING = re.compile(
    r"\b(?:i|we|our|us|let's|i'm|i'll|we're|we'll|we've|thank|thanks|hello|hi|ok|okay|so|welcome"
    r"|good (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^(?:closed )?(?:captions?|captioned|subtitles?|subtitled|transcripts?|transcribed|translated"
    r"|synced|sync|corrections?|encoded)\b[^.?!]{0,40}?\bby\b.{0,80}$",
    re.IGNORECASE | re.DOTALL,
)
_CREDITS = 2
_LONG_TEXT, _SHORT_LINE, _EDGE = 30, 14, 30


def spoken_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Keep the pieces, or parts of pieces, that were spoken.

    Removes headings, page notices ("Transcription for ...", "Note: ..."), links, names of speakers
    (:mod:`.speakers`) and sounds (:mod:`.sounds`). In a text of long paragraphs, it also removes
    short lines that do not end like a sentence and, at both ends, short paragraphs that are not
    speech (slogans, descriptions).

    Args:
        pieces: Paragraphs or captions as read.

    Returns:
        The spoken pieces, in the same order; may be empty.

    """
    timed = any(piece.end is not None for piece in pieces)
    quiet = without_sounds([piece.text for piece in pieces])
    texts = without_speakers(quiet, are_captions=timed)
    cleaned = [replace(piece, text=text) for text, piece in zip(texts, pieces, strict=True)]
    kept = [piece for piece in cleaned if piece.text and (timed or not _NOTICE.match(piece.text))]
    if timed or not kept:
        return [piece for at, piece in enumerate(kept) if not _is_credit(at, kept)]
    lengths = [len(piece.text.split()) for piece in kept]
    # The median over words, not paragraphs, tells whether this is a text of long paragraphs.
    weighted = statistics.median(n for n in lengths for _ in range(n))
    if weighted < _LONG_TEXT:
        return kept
    inner = [piece for piece in kept if not _is_title(piece.text)]
    while inner and _is_boilerplate(inner[0].text):
        inner.pop(0)
    while inner and _is_boilerplate(inner[-1].text):
        inner.pop()
    # If nothing remained, the text was not a page with boilerplate.
    return inner or kept


def _is_credit(at: int, pieces: Sequence[Piece]) -> bool:
    """Whether a caption near an end says who made the captions."""
    near = at < _CREDITS or at >= len(pieces) - _CREDITS
    return near and len(pieces) > 2 * _CREDITS and _CREDIT.match(pieces[at].text) is not None


def _is_title(text: str) -> bool:
    return len(text.split()) <= _SHORT_LINE and not re.search(r"[.?!…,;]['\"”’)]*$", text)


def _is_boilerplate(text: str) -> bool:
    return len(text.split()) < _EDGE and not _TALKING.search(text)
