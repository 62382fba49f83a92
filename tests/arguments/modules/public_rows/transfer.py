"""Valid calls of `transfer`."""

from __future__ import annotations

import functools

import torch

from pyfrontiers import transfer

PLAN = transfer.Plan(steps=1, batch=2, shots=2, queries=2)


@functools.cache
def _images() -> transfer.FewShotImages:
    return transfer.FewShotImages(torch.rand(5, 4, 256, generator=torch.Generator().manual_seed(0)))


@functools.cache
def _trained() -> transfer.Trained:
    return transfer.meta_train("scratch", transfer.Sinusoids())


ROWS = {
    "transfer.FewShotImages": lambda: {"images": torch.rand(5, 2, 3)},
    "transfer.Inner": lambda: {"steps": 1, "rate": 0.1, "head_only": False},
    "transfer.Learner": lambda: {"sizes": (1, 2, 1), "kind": "regression"},
    "transfer.Plan": lambda: {"steps": 1, "batch": 1, "shots": 1, "queries": 1, "rate": 0.1},
    "transfer.Sinusoids": lambda: {"amplitude": (1, 2), "phase": (0, 1), "frequency": (1, 1)},
    "transfer.best_rate": lambda: {
        "trained": _trained(),
        "family": transfer.Sinusoids(),
        "steps": 1,
        "tasks": 2,
        "rates": (0.01,),
    },
    "transfer.curves_through": lambda: {"x": [0.0, 1.0], "y": [0.0, 1.0], "steps": (0, 1)},
    "transfer.drawing_image": lambda: {"strokes": [[[0.1, 0.2], [0.6, 0.7]]]},
    "transfer.evaluate": lambda: {
        "trained": _trained(),
        "family": transfer.Sinusoids(),
        "tasks": 2,
        "steps": (0, 1),
        "queries": 3,
        "resamples": 2,
    },
    "transfer.glyph_images": lambda: {"part": "validation", "examples": 2},
    "transfer.glyph_strokes": lambda: {"first": 0, "classes": 2, "examples": 2},
    "transfer.help_of": lambda: {
        "learned": "standard",
        "names": ("faster",),
        "plan": PLAN,
        "seeds": (0,),
        "steps": 1,
        "tasks": 2,
    },
    "transfer.ink": lambda: {"strokes": torch.rand(2, 1, 3, 2), "pen": torch.full((2,), 0.1)},
    "transfer.meta_train": lambda: {
        "method": "maml",
        "family": transfer.Sinusoids(),
        "plan": PLAN,
        "seeds": (0,),
    },
    "transfer.plan_for": lambda: {"method": "maml", "kind": "regression"},
    "transfer.prior_curves": lambda: {"method": "maml", "count": 2},
    "transfer.read_drawings": lambda: {
        "images": _images().images[:, 0],
        "labels": torch.arange(5),
        "queries": _images().images[:2, 1],
    },
    "transfer.train_method": lambda: {"method": "maml", "kind": "regression"},
    "transfer.trained_networks": lambda: {"kind": "regression"},
}

EXPENSIVE = {"transfer.help_of", "transfer.train_method"}

RECORDS = {
    *("transfer.Family", "transfer.FewShotCurve", "transfer.Method", "transfer.Similarity"),
    *("transfer.Tasks", "transfer.Trained"),
}
