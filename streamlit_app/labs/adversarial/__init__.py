"""The adversarial-examples laboratory."""

from streamlit_app.labs.adversarial.experiment import CODE, experiment

__all__ = ["CODE", "experiment"]
