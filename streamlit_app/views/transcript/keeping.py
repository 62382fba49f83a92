"""Which transcript a visitor sees, and where it is stored.

- An upload is private to the visitor's session.
- A transcript on disk, imported with ``pyfrontiers transcript import``, belongs to the server's
  owner and is shown to every visitor without an upload.
- If the server listens only on the loopback interface, the visitor is the owner: an upload is also
  written to disk and survives a restart, and deleting it removes the file.
- On a shared server, deleting affects only the visitor's session.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.lecture.transcript import (
    Transcript,
    TranscriptError,
    delete,
    load,
    location,
    save,
    set_aside,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "current",
    "forget",
    "has_transcript",
    "is_deletable",
    "is_own_machine",
    "keep",
    "paragraphs_by_section",
    "storage_problem",
]

_KEY = "transcript-of-this-visitor"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_own_machine() -> bool:
    """Return whether the server is reachable from this computer only."""
    return _address() in _LOOPBACK


def _address() -> str | None:
    address: str | None = st.get_option("server.address")
    return address


def current() -> Transcript | None:
    """Return the transcript to show to this visitor, or ``None``."""
    own = st.session_state.get(_KEY)
    return own if isinstance(own, Transcript) else _stored()


def has_transcript() -> bool:
    """Return whether there is a transcript to show to this visitor."""
    return current() is not None


def paragraphs_by_section() -> Mapping[str, Sequence[str]]:
    """Return the paragraphs of the visitor's transcript by section slug; empty if there is none."""
    transcript = current()
    return {} if transcript is None else transcript.texts()


def keep(transcript: Transcript) -> str | None:
    """Keep an imported transcript for this visitor.

    Args:
        transcript: The imported transcript.

    Returns:
        ``None`` on success, or a warning if it could be kept for this session only.

    """
    st.session_state[_KEY] = transcript
    if not is_own_machine():
        return None
    try:
        save(transcript)
    except TranscriptError as error:
        return f"It will be lost when this browser tab is closed: {error}"
    return None


def forget() -> str | None:
    """Delete this visitor's transcript; return an error message if that failed."""
    st.session_state.pop(_KEY, None)
    if is_own_machine():
        try:
            delete()
        except OSError as error:
            return f"The stored transcript could not be deleted: {error.strerror or error}."
    return None


def is_deletable() -> bool:
    """Return whether this visitor may delete the transcript on show."""
    return _KEY in st.session_state or (is_own_machine() and _stored() is not None)


def storage_problem() -> str | None:
    """Return an error message if the stored transcript cannot be read; only its owner sees it."""
    if not is_own_machine() or current() is not None:
        return None
    try:
        load()
    except TranscriptError as error:
        return str(error)
    aside = set_aside()
    if not aside:
        return None
    return (
        f"the stored transcript was damaged and has been renamed to {aside[-1]}; import it again."
    )


def _stored() -> Transcript | None:
    try:
        about = location().stat()
    except OSError:
        return None
    return _read(str(location()), about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1)
def _read(_path: str, _changed: int, _size: int) -> Transcript | None:
    """Read the stored file; the cache is shared by all visitors and renewed when it changes."""
    try:
        return load()
    except TranscriptError:
        # The lecture works without the transcript; the import panel reports the damaged file.
        return None
