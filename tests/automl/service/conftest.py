"""Where an exported child predicts in tests of whole runs."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.automl.service import fitting
from pyfrontiers.automl.service.exported.predict import Predictor


def predictions_here(folder, inputs):
    """Return the probabilities of an exported child, computed in this process."""
    found = Predictor(folder, "torch")(inputs.tolist())
    return torch.tensor([list(each["probabilities"].values()) for each in found]).double()


@pytest.fixture(
    params=["here", pytest.param("elsewhere", marks=pytest.mark.slow("starts other processes"))]
)
def process(request, monkeypatch):
    """Train and predict in this process or, with --slow, as the service does."""
    if request.param == "here":
        monkeypatch.setattr(fitting, "_INLINE", 4000.0)  # more than any budget, so no worker starts
        for module in ("delivery", "checking"):
            name = f"pyfrontiers.automl.service.{module}.predictions_elsewhere"
            monkeypatch.setattr(name, predictions_here)
