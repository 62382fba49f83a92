"""The laboratory of the six limitations."""

from streamlit_app.labs.limitations.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
