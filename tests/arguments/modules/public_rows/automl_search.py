"""Valid calls of `automl`: spaces, children, searches and the benchmark."""

from __future__ import annotations

import torch

from pyfrontiers import automl

_SPACE = automl.TableSpace(4, 2, layers=1, units=(2, 4))


def _data() -> automl.Data:
    return automl.Data(torch.rand(8, 4), torch.arange(8) % 2, torch.rand(4, 4), torch.arange(4) % 2)


def _outcomes() -> list[list[float]]:
    return [[0.5, -2.0], [0.25, -1.0]]


ROWS = {
    "automl.Asha": lambda: {"space": _SPACE},
    "automl.ChildTrainer": lambda: {"space": _SPACE, "epochs": 1},
    "automl.Data": lambda: {
        "inputs": torch.rand(8, 4),
        "labels": torch.arange(8) % 2,
        "validation_inputs": torch.rand(4, 4),
        "validation_labels": torch.arange(4) % 2,
    },
    "automl.Evolution": lambda: {"space": _SPACE},
    "automl.ImageSpace": lambda: {"shape": (1, 8, 8), "classes": 10, "layers": 2},
    "automl.Learning": lambda: {"batch": 2},
    "automl.Limit": lambda: {"parameters": 10},
    "automl.Objectives": lambda: {"metrics": ("accuracy", "flops")},
    "automl.PPO": lambda: {"space": _SPACE, "units": 3},
    "automl.RandomSearch": lambda: {"space": _SPACE},
    "automl.Reinforce": lambda: {"space": _SPACE, "units": 3},
    "automl.benchmark.trace_controller": lambda: {"updates": 1, "batch": 2},
    "automl.benchmark.train_child": lambda: {"architecture": (0,) * 9, "seeds": (0,)},
    "automl.TableSpace": lambda: {"features": 4, "classes": 2},
    "automl.measure_latency": lambda: {"model": torch.nn.Linear(3, 2), "shape": (3,), "repeats": 1},
    "automl.pareto_front": lambda: {"points": _outcomes()},
    "automl.preference": lambda: {"points": _outcomes()},
    "automl.score": lambda: {"logits": torch.rand(6, 3), "labels": torch.arange(6) % 3},
}

EXPENSIVE = {"automl.benchmark.train_child"}

RECORDS = {
    *("automl.Choice", "automl.Cost", "automl.Metric", "automl.Outcome", "automl.Proposal"),
    *("automl.Search", "automl.SearchSpace", "automl.benchmark.Benchmark"),
    *("automl.benchmark.Trace", "automl.benchmark.TrainedChild"),
    "automl.OptunaSearch",  # needs a package that is not always there; see tests/automl
}
