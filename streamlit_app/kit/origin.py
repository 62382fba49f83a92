"""The line below a figure that says where it comes from: a record, or a run on this machine."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from pyfrontiers.provenance import Provenance

__all__ = ["origin"]


def origin(record: Provenance | None, *what: str) -> None:
    """Draw a line that says where a figure comes from.

    Args:
        record: Provenance of the record; ``None`` for a run on this machine.
        what: Short facts about the run, such as ``"309 observations"`` or ``"3.2 s"``.
    """
    word = "Measured here just now" if record is None else "Recorded"
    parts = what if record is None else (*what, str(record))
    text = f"{word}: {', '.join(parts)}." if parts else f"{word}."
    st.html(f'<p class="pf-origin">{escape(text)}</p>')
