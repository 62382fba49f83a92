"""Valid calls of `digits` and `digits.flow`."""

from __future__ import annotations

import torch

from public_rows.inputs import NET, images
from pyfrontiers import digits

ROWS = {
    "digits.DigitNet": lambda: {"channels": (1, 2, 3), "p": 0.5, "seed": 0},
    "digits.accuracy": lambda: {"model": NET, "images": images(), "labels": torch.arange(60) % 9},
    "digits.train": lambda: {"epochs": 1, "channels": (1, 1, 1)},
    "digits.flow.DigitFlow": lambda: {"width": 8, "seed": 0},
    "digits.flow.check_samples": lambda: {"each": 1},
    "digits.flow.sample_digits": lambda: {
        "classes": torch.arange(2),
        "seed": 0,
        "steps": 1,
        "model": digits.flow.DigitFlow(8),
    },
    "digits.flow.train_flow": lambda: {"steps": 1, "width": 8},
}

EXPENSIVE = {"digits.train", "digits.flow.check_samples", "digits.flow.train_flow"}

RECORDS = {
    *("digits.Digits", "digits.Training", "digits.TrainingRecord", "digits.flow.FlowRecord"),
    *("digits.flow.SampleCheck", "digits.flow.Samples"),
}
