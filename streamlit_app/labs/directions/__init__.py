"""The progress-so-far laboratory: from data to a decision, and back."""

from streamlit_app.labs.directions.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
