"""Store a user's transcript in the user's data directory."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from pyfrontiers.arguments import checked
from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript.model import Paragraph, Transcript, TranscriptError
from pyfrontiers.lecture.transcript.timing import validated_video

__all__ = ["VERSION", "delete", "load", "location", "save", "set_aside"]

VERSION = 1
"""Format of the file; a file in a later format is reported and not changed."""


@checked
def location(directory: Path | None = None) -> Path:
    """Return the path of the stored transcript, whether or not it exists.

    Args:
        directory: Directory of the file; the system's user data directory by default.

    """
    folder = directory or platformdirs.user_data_path("pyfrontiers", appauthor=False)
    return folder / "transcript.json"


@checked
def save(transcript: Transcript, directory: Path | None = None) -> Path:
    """Write a transcript atomically.

    Args:
        transcript: The transcript; it replaces a stored one.
        directory: As in :func:`location`.

    Returns:
        The path written.

    Raises:
        TranscriptError: The file cannot be written; the old one is kept.

    """
    path = location(directory)
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".transcript-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"version": VERSION, **asdict(transcript)}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise TranscriptError(
            f"the transcript could not be saved to {path}: {error.strerror or error}."
        ) from error
    return path


@checked
def load(directory: Path | None = None) -> Transcript | None:
    """Read the stored transcript.

    Args:
        directory: As in :func:`location`.

    Returns:
        The transcript, or ``None`` if none is stored.

    Raises:
        TranscriptError: The file cannot be read. A damaged file is renamed, so that the next call
            returns ``None``; a file of a later version is left in place.

    """
    path = location(directory)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and isinstance(content.get("version"), int):
            _refuse_later(content["version"], path)
        return _transcript(content)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TranscriptError(
            f"the stored transcript at {path} cannot be read: {error.strerror or error}."
        ) from error
    except TranscriptError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        aside = path.with_name(f"transcript.damaged-{path.stat().st_mtime_ns}.json")
        path.replace(aside)
        raise TranscriptError(
            f"the stored transcript was damaged and has been renamed to {aside}; import it again."
        ) from error


@checked
def set_aside(directory: Path | None = None) -> tuple[Path, ...]:
    """Return the damaged files that :func:`load` has renamed, oldest first."""
    return tuple(sorted(location(directory).parent.glob("transcript.damaged-*.json")))


@checked
def delete(directory: Path | None = None) -> bool:
    """Delete the stored transcript; return whether there was one."""
    path = location(directory)
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed


def _refuse_later(version: int, path: Path) -> None:
    if version > VERSION:
        raise TranscriptError(
            f"the stored transcript at {path} was written by a later version of pyfrontiers "
            f"(format {version}, this one reads {VERSION}); update pyfrontiers or delete it."
        )


def _transcript(content: Any) -> Transcript:
    known = {section.slug for section in SECTIONS}
    paragraphs = tuple(
        Paragraph(
            section=str(entry["section"]),
            start=None if entry["start"] is None else float(entry["start"]),
            estimated=bool(entry["estimated"]),
            text=str(entry["text"]),
        )
        for entry in content["paragraphs"]
    )
    if not all(paragraph.section in known for paragraph in paragraphs):
        raise KeyError("section")
    video = content["video"]
    try:
        video = None if video is None else validated_video(str(video))
    except TranscriptError as error:
        raise ValueError(str(error)) from error
    return Transcript(
        paragraphs=paragraphs,
        match=float(content["match"]),
        video=video,
        warnings=tuple(map(str, content["warnings"])),
        source=str(content["source"]),
    )
