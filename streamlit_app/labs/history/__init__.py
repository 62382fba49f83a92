"""The hype-and-winters laboratory: a timeline to read."""

from streamlit_app.labs.history.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
