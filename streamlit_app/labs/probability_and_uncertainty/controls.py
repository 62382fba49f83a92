"""The controls that the parts of this experiment share."""

from __future__ import annotations

from streamlit_app import kit

__all__ = ["DRAWS", "METHODS", "controls"]

controls = kit.Controls("probability-and-uncertainty")

METHODS = {
    "laplace": "Laplace",
    "hmc": "HMC",
    "dropout": "Dropout",
    "ensemble": "Ensemble",
    "imagenet": "ImageNet, restricted",
}
"""The methods, as a visitor reads them."""

DRAWS = {
    "laplace": "1,000 heads drawn from the Laplace approximation",
    "hmc": "1,000 heads drawn by HMC",
    "dropout": "1,000 passes with dropout",
    "ensemble": "20 heads, trained from different starts",
    "imagenet": "One network",
}
"""What the samples of each method are."""
