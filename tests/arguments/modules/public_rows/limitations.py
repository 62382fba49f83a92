"""Valid calls of `limitations`."""

from __future__ import annotations

import torch
from torch import nn

from public_rows.inputs import NET, images, linear


def _explained() -> dict:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 3))
    return {"model": model, "x": images(1), "target": 1, "layer": model[0], "samples": 1}


ROWS = {
    "limitations.bias_study": lambda: {"shares": (0.03,), "seeds": 1, "steps": 1},
    "limitations.cascade": lambda: {
        **_explained(),
        "stages": [("output layer", [])],
        "methods": ("gradient",),
    },
    "limitations.costs": lambda: {"models": None, "seconds": 0.01},
    "limitations.explainable": lambda: {"model": NET},
    "limitations.explanation_check": lambda: {"name": "temple", "seeds": 1, "samples": 1},
    "limitations.fit_power_law": lambda: {
        "sizes": (1, 2, 4),
        "wrong": torch.ones(1, 3, 5, dtype=torch.bool),
    },
    "limitations.learning_curve": lambda: {"seeds": 1, "steps": 1},
    "limitations.randomise": lambda: {"module": linear(), "seed": 0},
    "limitations.rank_correlation": lambda: {
        "first": torch.arange(6.0),
        "second": torch.arange(6.0),
    },
    "limitations.saliency_map": lambda: {"method": "gradient", **_explained()},
}

EXPENSIVE = {
    *("limitations.bias_study", "limitations.costs"),
    *("limitations.explanation_check", "limitations.learning_curve"),
}

RECORDS = {"limitations.AppModel", "limitations.PowerLaw"}

NAMED = {("limitations.explanation_check", "name"): "photograph"}
