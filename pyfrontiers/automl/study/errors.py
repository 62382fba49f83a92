"""The error that studies raise, and sentences for the errors of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

__all__ = ["StudyError", "explained"]

_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")


class StudyError(OSError):
    """A study cannot be opened or continued; the message is a sentence that says what to do."""


def explained(error: sqlite3.Error, path: Path) -> StudyError:
    """Turn an error of SQLite into a sentence."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(_FULL):
        return StudyError(
            f"the disk of {path.parent} is full; what the study has recorded is kept, so free some "
            "space and run it again to continue"
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StudyError(f"the study in {path.parent} is in use; end the other run first")
    if name.startswith(_UNWRITABLE):
        return StudyError(f"the study in {path.parent} cannot be written: {error}")
    return StudyError(
        f"the study in {path.parent} is damaged ({error}); restore a copy of {path.name}, or begin "
        "again in another folder"
    )
