"""The visitor's transcript: imported on its own page, shown next to the slides."""

from streamlit_app.views.transcript.beside import beside_slide
from streamlit_app.views.transcript.keeping import has_transcript, paragraphs_by_section
from streamlit_app.views.transcript.page import transcript_page
from streamlit_app.views.transcript.panel import import_panel

__all__ = [
    "beside_slide",
    "has_transcript",
    "import_panel",
    "paragraphs_by_section",
    "transcript_page",
]
