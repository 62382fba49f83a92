"""Whose transcript is shown.

- What a visitor uploads belongs to that visitor's session and is shown to nobody else.
- What lies on the disk, put there by ``pyfrontiers transcript import``, is the server owner's;
  every visitor reads it until they bring their own.
- An upload is also written to the disk, so that it is there after a restart, only where the server
  listens on the loopback interface alone: there, the visitor is the owner.
- Deleting follows writing: a visitor of a server for others removes only their own session's.
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
    """Return whether only this computer can reach the server, so that visitor and owner are one."""
    return _address() in _LOOPBACK


def _address() -> str | None:
    address: str | None = st.get_option("server.address")
    return address


def current() -> Transcript | None:
    """Return the transcript to show this visitor, or ``None``."""
    own = st.session_state.get(_KEY)
    return own if isinstance(own, Transcript) else _stored()


def has_transcript() -> bool:
    """Return whether this visitor has a transcript to read."""
    return current() is not None


def paragraphs_by_section() -> Mapping[str, Sequence[str]]:
    """Return the texts of the visitor's transcript by section slug; empty without one."""
    transcript = current()
    return {} if transcript is None else transcript.texts()


def keep(transcript: Transcript) -> str | None:
    """Keep an import for this visitor.

    Args:
        transcript: What was imported.

    Returns:
        ``None``, or a sentence when it could be kept for this session only.

    """
    st.session_state[_KEY] = transcript
    if not is_own_machine():
        return None
    try:
        save(transcript)
    except TranscriptError as error:
        return f"It lasts until this browser tab is closed: {error}"
    return None


def forget() -> str | None:
    """Remove this visitor's transcript; return a sentence when it could not be removed."""
    st.session_state.pop(_KEY, None)
    if is_own_machine():
        try:
            delete()
        except OSError as error:
            return f"The stored transcript could not be deleted: {error.strerror or error}."
    return None


def is_deletable() -> bool:
    """Return whether the transcript shown is this visitor's to delete."""
    return _KEY in st.session_state or (is_own_machine() and _stored() is not None)


def storage_problem() -> str | None:
    """Return a sentence about a stored transcript that cannot be shown, for its owner alone."""
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
    """Read the stored file once for all visitors, and again when it changes."""
    try:
        return load()
    except TranscriptError:
        # A damaged file must not take the lecture down; the import panel says what happened to it.
        return None
