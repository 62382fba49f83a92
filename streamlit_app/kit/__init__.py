"""What every experiment is made of."""

from streamlit_app.kit.chart import chart_config, chart_spec, show_chart, show_spec, themed
from streamlit_app.kit.code import code_listing
from streamlit_app.kit.files import text_beside
from streamlit_app.kit.job import is_under_way, job_panel, start_job
from streamlit_app.kit.lab import Lab
from streamlit_app.kit.link import page_link
from streamlit_app.kit.mode import Mode, tokens_of, visitor_mode, visitor_tokens
from streamlit_app.kit.runs_on import runs_on_badge
from streamlit_app.kit.text import heading, percent, unbroken

__all__ = [
    "Lab",
    "Mode",
    "chart_config",
    "chart_spec",
    "code_listing",
    "heading",
    "is_under_way",
    "job_panel",
    "page_link",
    "percent",
    "runs_on_badge",
    "show_chart",
    "show_spec",
    "start_job",
    "text_beside",
    "themed",
    "tokens_of",
    "unbroken",
    "visitor_mode",
    "visitor_tokens",
]
