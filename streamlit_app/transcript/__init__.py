"""The visitor's transcript: brought on one page, read beside the slides of all others."""

from streamlit_app.transcript.beside import beside_slide
from streamlit_app.transcript.keeping import has_transcript, paragraphs_by_section
from streamlit_app.transcript.panel import import_panel

__all__ = ["beside_slide", "has_transcript", "import_panel", "paragraphs_by_section"]
