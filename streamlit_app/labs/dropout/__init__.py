"""The dropout-sampling laboratory."""

from streamlit_app.labs.dropout.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
