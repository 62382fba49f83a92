"""The frame around every page: slides, experiment, claims, code and references."""

from streamlit_app.shell.claims import claim_cards
from streamlit_app.shell.code import code_listing
from streamlit_app.shell.jobs import is_under_way, job_panel, start_job
from streamlit_app.shell.page import section_page
from streamlit_app.shell.runs_on import runs_on_badge

__all__ = [
    "claim_cards",
    "code_listing",
    "is_under_way",
    "job_panel",
    "runs_on_badge",
    "section_page",
    "start_job",
]
