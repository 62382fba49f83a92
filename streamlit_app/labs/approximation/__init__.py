"""The universal-approximation laboratory."""

from streamlit_app.labs.approximation.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
