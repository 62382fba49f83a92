"""Valid calls of the AutoML service."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch

from pyfrontiers.automl import service


def _data() -> service.Dataset:
    return service.Dataset(**_examples())


def _examples() -> dict[str, object]:
    return {
        "inputs": torch.arange(18.0).view(9, 2),
        "labels": torch.arange(9) % 3,
        "classes": ("a", "b", "c"),
        "columns": ("u", "v"),
    }


def _table() -> Path:
    path = Path(tempfile.mkdtemp()) / "table.csv"
    path.write_text("u,kind\n" + "".join(f"{k},{'ab'[k % 2]}\n" for k in range(8)))
    return path


ROWS = {
    "automl.service.Dataset": _examples,
    "automl.service.fit": lambda: {"data": _data(), "budget": 0.001},
    "automl.service.read_dataset": lambda: {"data": _table(), "target": "kind"},
    "automl.service.space_for": lambda: {"data": _data()},
    "automl.service.split_dataset": lambda: {"data": _data()},
}

RECORDS = {
    *("automl.service.Candidate", "automl.service.FittedChild", "automl.service.SearchResult"),
    *("automl.service.Split", "automl.service.TestFigure"),
}
