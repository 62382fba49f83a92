"""Valid calls of `depth`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import torch

from public_rows.inputs import FOLDER
from pyfrontiers import depth, scenes


def _depth_data() -> depth.DepthData:
    return depth.DepthData(torch.zeros(2, 3, 16, 32, dtype=torch.uint8), torch.zeros(2, 16, 32))


@functools.cache
def _depth_weights() -> Path:
    path = Path(tempfile.mkdtemp()) / "depth.safetensors"
    depth.save_weights(depth.DepthNet(), path)
    return path


def _depth_maps() -> depth.DepthMaps:
    return depth.DepthMaps(*(torch.rand(1, 16, 32) for _ in range(4)), passes=2)


ROWS = {
    "depth.DepthNet": lambda: {"p": 0.2, "seed": 0},
    "depth.best_log_variance": lambda: {"errors": torch.ones(4), "likelihood": "gaussian"},
    "depth.evaluate_depth": lambda: {
        "model": depth.DepthNet(),
        "source": [scenes.scene(0, 0, height=16, width=32)],
        "samples": 1,
        "resamples": 2,
    },
    "depth.fit_depth": lambda: {"data": _depth_data(), "steps": 1},
    "depth.fitted_picture": lambda: {"image": torch.rand(3, 20, 30), "size": (16, 32)},
    "depth.image_gradient": lambda: {"images": torch.rand(1, 3, 4, 6)},
    "depth.lens_focal_length": lambda: {"rows": 30, "columns": 40, "lens": 26.0, "aspect": 2.0},
    "depth.load": lambda: {"source": [scenes.scene(0, 0, height=16, width=32)]},
    "depth.load_weights": lambda: {"path": _depth_weights()},
    "depth.map_picture": lambda: {"values": torch.rand(4, 6), "scale": "depth", "top": 0.2},
    "depth.map_sheet": lambda: {"image": torch.rand(3, 16, 32), "maps": _depth_maps()},
    "depth.negative_log_likelihood": lambda: {
        "outputs": torch.rand(1, 2, 3, 4),
        "target": torch.rand(1, 3, 4),
        "beta": 0.5,
    },
    "depth.predict_depth": lambda: {
        "model": depth.DepthNet(),
        "images": torch.rand(1, 3, 16, 32),
        "samples": 2,
        "focal_lengths": torch.ones(1),
    },
    "depth.save_weights": lambda: {
        "model": depth.DepthNet(),
        "path": FOLDER / "depth.safetensors",
    },
    "depth.train_depth": lambda: {"count": 2, "steps": 1, "height": 16, "width": 32},
}

EXPENSIVE = {"depth.train_depth", "depth.fit_depth", "depth.evaluate_depth"}

RECORDS = {
    *("depth.DepthData", "depth.DepthEvaluation", "depth.DepthMaps", "depth.DepthRecord"),
    "depth.Training",
}

ANYTHING = {("depth.train_depth", "folder")}
