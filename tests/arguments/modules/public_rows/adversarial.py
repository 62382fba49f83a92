"""Valid calls of `adversarial` and `training`."""

from __future__ import annotations

import torch
from torch import nn

from public_rows.inputs import FOLDER, images, linear
from pyfrontiers.adversarial import Transforms2D
from pyfrontiers.kernels import Mesh


def _optimised() -> dict:
    model, x = nn.Linear(1, 1), torch.ones(1, 1)
    return {
        "model": model,
        "loss": lambda step: model(x).square().sum(),
        "optimiser": torch.optim.SGD(model.parameters(), lr=0.1),
        "steps": 1,
        "seed": 0,
    }


ROWS = {
    "adversarial.ThreatModel": lambda: {"norm": "l2", "epsilon": 0.1, "bounds": (0.0, 1.0)},
    "adversarial.attack": lambda: {
        "model": linear(),
        "x": torch.rand(3, 4),
        "y": torch.arange(3),
        "steps": 1,
    },
    "adversarial.RenderedViews": lambda: {"mesh": Mesh.sphere(4, 4), "size": (8, 8)},
    "adversarial.Transforms2D": lambda: {"channels": 1, "background": 0.5, "clip": False},
    "adversarial.evaluate_views": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(64, 3)),
        "x": images(2),
        "adversarial": images(2),
        "y": torch.arange(2),
        "views": Transforms2D(channels=1),
        "count": 3,
    },
    "adversarial.fixed_transform": lambda: {"rotation": 5.0, "scale": 1.1, "brightness": 0.1},
    "adversarial.survival": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(192, 3)),
        "images": torch.rand(2, 3, 8, 8),
        "classes": torch.arange(2),
        "axis": "rotation",
        "values": torch.tensor([-5.0, 0.0, 5.0]),
    },
    "adversarial.minimise_distance": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(192, 3)),
        "x": torch.rand(2, 3, 8, 8),
        "y": torch.arange(2),
        "views": Transforms2D(),
        "trials": 1,
        "selection": 2,
        "steps": 1,
        "held_out": 2,
        "views_per_step": 2,
    },
    "adversarial.cross_entropy": lambda: {"logits": torch.rand(3, 4), "classes": torch.arange(3)},
    "adversarial.margin": lambda: {"logits": torch.rand(3, 4), "classes": torch.arange(3)},
    "training.Average": lambda: {"model": linear(), "newest": 0.1},
    "training.Checkpoint": lambda: {"path": FOLDER / "none.pt", "seconds": 1.0},
    "training.Drawn": lambda: {"count": 9, "size": 2, "seed": 0},
    "training.Shuffled": lambda: {"count": 9, "size": 2, "seed": 0},
    "training.train": _optimised,
}

RECORDS = {
    *("adversarial.AttackResult", "adversarial.StepReport", "adversarial.HeldOut"),
    *("adversarial.LeastDistance", "adversarial.Survival", "adversarial.Views"),
    *("training.Stateful", "training.Stretch"),
}
