"""Import of a user's transcript of the lecture: read, clean, align with the sections, store.

:mod:`.importing` runs the steps: reading (:mod:`.decoding`, :mod:`.forms`), cleaning
(:mod:`.boilerplate`, :mod:`.words`), splitting (:mod:`.sentences`, :mod:`.paragraphs`), alignment
(:mod:`.similarity`, :mod:`.alignment`), times (:mod:`.timing`) and storage (:mod:`.storage`).
"""

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.transcript.decoding import LIMIT_BYTES
from pyfrontiers.lecture.transcript.model import Paragraph, Transcript, TranscriptError
from pyfrontiers.lecture.transcript.storage import delete, load, location, save, set_aside
from pyfrontiers.lecture.transcript.timing import clock, parse_duration, video_link

__all__ = [
    "LIMIT_BYTES",
    "Paragraph",
    "Transcript",
    "TranscriptError",
    "clock",
    "delete",
    "import_transcript",
    "load",
    "location",
    "parse_duration",
    "save",
    "set_aside",
    "video_link",
]


@checked
def import_transcript(
    data: bytes, filename: str, *, video: str | None = None, duration: float | None = None
) -> Transcript:
    """Read a transcript; see :func:`pyfrontiers.lecture.transcript.importing.import_transcript`."""
    # Only an import needs the readers of captions.
    from pyfrontiers.lecture.transcript import importing

    return importing.import_transcript(data, filename, video=video, duration=duration)
