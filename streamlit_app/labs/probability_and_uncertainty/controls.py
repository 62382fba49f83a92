"""The controls that the parts of this experiment share."""

from __future__ import annotations

from streamlit_app import kit

__all__ = ["METHODS", "controls"]

controls = kit.Controls("probability-and-uncertainty")

METHODS = {
    "laplace": "Bayesian head",
    "dropout": "Dropout",
    "ensemble": "Ensemble",
    "imagenet": "ImageNet, restricted",
}
"""The methods, as a visitor reads them."""
