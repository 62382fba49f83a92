"""Valid calls of `automl.study`."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from study_children import Climber, Toy

from pyfrontiers.automl import study


@functools.cache
def _folder_of_a_study() -> Path:
    folder = Path(tempfile.mkdtemp()) / "study"
    study.open_study(folder, search=Climber(), trainable=Toy()).close()
    return folder


ROWS = {
    "automl.study.open_study": lambda: {
        "folder": Path(tempfile.mkdtemp()) / "study",
        "search": Climber(),
        "trainable": Toy(),
        "rungs": (1, 2),
    },
    "automl.study.read_study": lambda: {"folder": _folder_of_a_study()},
}

RECORDS = {
    *("automl.study.Study", "automl.study.StudyRecord", "automl.study.StudySummary"),
    "automl.study.Trial",
}

# They take any value that can be compared.
ANYTHING = {("automl.study.open_study", "space"), ("automl.study.open_study", "data")}
