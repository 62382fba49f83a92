"""A section's page: slides, experiment, claims, code and references."""

from streamlit_app.views.section.page import section_page

__all__ = ["section_page"]
