"""Valid calls of `lecture`, `lecture.figures` and `lecture.transcript`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from public_rows.inputs import FOLDER
from pyfrontiers import lecture

WORDS = [word for part in lecture.SECTIONS for word in part.facts.split()]
SPOKEN = " ".join(WORDS).encode()


ROWS = {
    "lecture.transcript.clock": lambda: {"seconds": 61.0},
    "lecture.transcript.delete": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.import_transcript": lambda: {"data": SPOKEN, "filename": "a.txt"},
    "lecture.transcript.load": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.location": lambda: {"directory": FOLDER},
    "lecture.transcript.parse_duration": lambda: {"text": "45:00"},
    "lecture.transcript.save": lambda: {
        "transcript": lecture.transcript.Transcript((), 0.0),
        "directory": Path(tempfile.mkdtemp()),
    },
    "lecture.transcript.set_aside": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.video_link": lambda: {"url": "https://youtu.be/x", "seconds": 3.0},
    "lecture.section": lambda: {"slug": "adversarial-examples"},
    "lecture.figures.describe": lambda: {"name": "lecture-road"},
    "lecture.figures.draw": lambda: {"name": "lecture-road"},
}

RECORDS = {
    *("lecture.Content", "lecture.Notes", "lecture.Reference", "lecture.Section", "lecture.Slide"),
    "lecture.figures.Svg",
    *("lecture.transcript.Paragraph", "lecture.transcript.Transcript"),
}
