"""The rethinking-generalization laboratory."""

from streamlit_app.labs.generalization.laboratory import CODE, experiment, prepare

__all__ = ["CODE", "experiment", "prepare"]
