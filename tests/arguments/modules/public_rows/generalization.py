"""Valid calls of `generalization`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from public_rows.inputs import NET, images
from pyfrontiers import generalization
from pyfrontiers.generalization.metrics import Curves

CURVES = Curves(*(((0.1, 0.2),) * 9), ((1, 2),), ((1, 2),))


def _data() -> generalization.ImageData:
    labels = torch.arange(60) % 2
    return generalization.data_from_arrays("made", images(), labels, ("a", "b"))


@functools.cache
def _folder_of_images() -> Path:
    folder = Path(tempfile.mkdtemp())
    for name in ("a", "b"):
        (folder / name).mkdir()
        for n in range(30):
            pixels = np.random.default_rng(n).integers(0, 255, (8, 8), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{n}.png")
    return folder


ROWS = {
    "generalization.FittingNet": lambda: {"channels": 1, "side": 8, "classes": 2, "width": 4},
    "generalization.condition": lambda: {"slug": "labels"},
    "generalization.data_from_arrays": lambda: {
        "name": "made",
        "images": images(),
        "labels": torch.arange(60) % 2,
        "classes": ("a", "b"),
    },
    "generalization.early_stop": lambda: {"curves": CURVES},
    "generalization.fit": lambda: {"data": _data(), "width": 4, "epochs": 1, "device": "cpu"},
    "generalization.fit_digits": lambda: {
        "condition": "labels",
        "share": 0.5,
        "width": 4,
        "epochs": 1,
        "seed": 0,
    },
    "generalization.parameter_count": lambda: {"model": NET},
    "generalization.read_data": lambda: {"path": _folder_of_images()},
    "generalization.selection": lambda: {"data": _data(), "train": 20, "test": 5, "seed": 0},
}

EXPENSIVE = {"generalization.fit_digits"}

RECORDS = {
    *("generalization.EarlyStop", "generalization.Fit"),
    *("generalization.Condition", "generalization.ImageData"),
}

NAMED = {("generalization.condition", "slug"): "condition"}
