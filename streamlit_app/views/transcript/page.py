"""The page for importing a transcript of the lecture."""

from __future__ import annotations

import streamlit as st

from streamlit_app.views.transcript.panel import import_panel

__all__ = ["transcript_page"]


def transcript_page() -> None:
    """Draw the import panel."""
    st.html('<div class="pf-section-head"><p>Lecture</p><h1>Transcript</h1></div>')
    import_panel()
