"""The import as a job, for files that take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript import TranscriptError, import_transcript
from pyfrontiers.refusal import Refusal

if TYPE_CHECKING:
    from pyfrontiers.lecture.transcript import Transcript

__all__ = ["import_as_job"]


def import_as_job(
    *, data: bytes, filename: str, video: str | None = None, duration: float | None = None
) -> Transcript | Refusal:
    """Import a transcript; return it, or why it can't be used.

    Args: as for `import_transcript`.
    """
    try:
        return import_transcript(data, filename, video=video, duration=duration)
    except TranscriptError as error:
        return Refusal(str(error))
