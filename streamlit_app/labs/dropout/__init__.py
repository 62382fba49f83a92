"""The dropout-sampling laboratory."""

from streamlit_app.labs.dropout.laboratory import CODE, experiment

__all__ = ["CODE", "experiment"]
