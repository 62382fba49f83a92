"""The controls that the parts of this experiment share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.study import Task

__all__ = ["NAMES", "TASKS", "controls"]

controls = kit.Controls("bayesian-neural-networks")

NAMES = {
    "gap": "Two clusters",
    "wave": "Wave",
    "moons": "Moons",
    "corners": "Corners",
    "own-1": "Your points",
    "own-2": "Your classes",
}
TASKS: dict[str, Task] = {"own-1": "regression", "own-2": "classification"}
