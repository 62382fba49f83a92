"""Valid calls of `multitask`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import torch

from public_rows.inputs import FOLDER
from pyfrontiers import multitask, scenes


def _data() -> multitask.TaskData:
    return multitask.TaskData(
        torch.zeros(2, 3, 16, 32, dtype=torch.uint8),
        torch.zeros(2, 16, 32, dtype=torch.int8),
        torch.zeros(2, 2, 16, 32, dtype=torch.float16),
        torch.zeros(2, 16, 32),
    )


@functools.cache
def _weights() -> Path:
    path = Path(tempfile.mkdtemp()) / "tasks.safetensors"
    multitask.save_network(multitask.TaskNet(["depth"]), path)
    return path


def _maps(count: int = 1) -> torch.Tensor:
    return torch.arange(count * 24).reshape(count, 4, 6) % 3


ROWS = {
    "multitask.Study": lambda: {"scenes": 2, "steps": 1, "seeds": 1, "tests": 1, "validation": 1},
    "multitask.TaskNet": lambda: {"tasks": ["depth"], "seed": 0},
    "multitask.best_exact": lambda: {"losses": torch.ones(3)},
    "multitask.best_ious": lambda: {"found": _maps()[0], "instances": _maps()[0], "smallest": 2},
    "multitask.best_published": lambda: {"losses": torch.ones(3), "tasks": multitask.TASKS},
    "multitask.boundary_counts": lambda: {"found": _maps(), "classes": _maps(), "within": 1},
    "multitask.centroid_offsets": lambda: {"instances": _maps()},
    "multitask.class_boundaries": lambda: {"classes": _maps()},
    "multitask.class_loss": lambda: {"logits": torch.rand(1, 3, 4, 6), "classes": _maps()},
    "multitask.confusion": lambda: {"found": _maps(), "classes": _maps(), "kinds": 3},
    "multitask.decode_instances": lambda: {
        "offsets": torch.zeros(2, 4, 6),
        "things": torch.ones(4, 6, dtype=torch.bool),
        "smallest": 8,
    },
    "multitask.depth_loss": lambda: {
        "inverse_depth": torch.rand(1, 4, 6),
        "target": torch.rand(1, 4, 6),
    },
    "multitask.evaluate_tasks": lambda: {
        "model": multitask.TaskNet(["depth"]),
        "source": [scenes.scene(0, 0, height=16, width=32)],
    },
    "multitask.f_score": lambda: {"counts": torch.tensor([2, 3, 1, 4])},
    "multitask.fit_tasks": lambda: {"data": _data(), "tasks": ["depth"], "steps": 1},
    "multitask.load_network": lambda: {"path": _weights(), "tasks": ["depth"]},
    "multitask.load_tasks": lambda: {"source": [scenes.scene(0, 0, height=16, width=32)]},
    "multitask.mean_iou": lambda: {"counts": torch.eye(3, dtype=torch.int64)},
    "multitask.offset_loss": lambda: {
        "offsets": torch.rand(1, 2, 4, 6),
        "target": torch.rand(1, 2, 4, 6),
    },
    "multitask.predict_tasks": lambda: {
        "model": multitask.TaskNet(["depth"]),
        "images": torch.rand(1, 3, 16, 32),
    },
    "multitask.published_loss": lambda: {
        "losses": torch.ones(3),
        "log_variances": torch.zeros(3),
        "tasks": multitask.TASKS,
    },
    "multitask.save_network": lambda: {
        "model": multitask.TaskNet(["depth"]),
        "path": FOLDER / "tasks.safetensors",
    },
    "multitask.train_table": lambda: {"folder": FOLDER / "pyfrontiers-test-runs"},
    "multitask.train_tasks": lambda: {"count": 2, "steps": 1, "height": 16, "width": 32},
    "multitask.trained_tasks": lambda: {"name": "learned"},
}

EXPENSIVE = {
    *("multitask.evaluate_tasks", "multitask.fit_tasks", "multitask.train_table"),
    "multitask.train_tasks",
}

RECORDS = {
    *("multitask.Interval", "multitask.Method", "multitask.Network", "multitask.Score"),
    *("multitask.TaskData", "multitask.TaskMaps", "multitask.TaskOutputs", "multitask.TaskRecord"),
    *("multitask.TaskRun", "multitask.TaskScores", "multitask.TaskTargets"),
    "multitask.TaskCurves",
    "multitask.TaskTraining",
}

ANYTHING = {("multitask.train_table", "folder"), ("multitask.train_tasks", "folder")}
