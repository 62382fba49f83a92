"""The visual language: colour tokens, type scale and spacing in CSS, and one Altair theme."""

from streamlit_app.theme.charts import chart_config, chart_spec, show_chart, show_spec, themed
from streamlit_app.theme.mode import visitor_mode, visitor_tokens
from streamlit_app.theme.style import page_css

__all__ = [
    "chart_config",
    "chart_spec",
    "page_css",
    "show_chart",
    "show_spec",
    "themed",
    "visitor_mode",
    "visitor_tokens",
]
