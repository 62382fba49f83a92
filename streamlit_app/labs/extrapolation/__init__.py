"""The function-approximators laboratory."""

from streamlit_app.labs.extrapolation.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
