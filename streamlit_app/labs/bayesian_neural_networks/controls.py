"""The controls that the parts of this experiment share."""

from __future__ import annotations

from streamlit_app import kit

__all__ = ["controls"]

controls = kit.Controls("bayesian-neural-networks")
