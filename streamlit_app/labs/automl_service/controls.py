"""The names of the experiment's controls, and what they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyfrontiers.automl import METRICS
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BUDGETS", "COSTS", "DATA", "DECIDING", "OWN", "TITLES", "controls"]

controls = kit.Controls("automl-service")

OWN: Final = "own"
#: Data sets by their names in `SHIPPED`, and the visitor's.
DATA: Mapping[str, str] = {
    "digits": "Digits",
    "breast cancer": "Breast cancer",
    "iris": "Iris",
    "wine": "Wine",
    OWN: "Your own",
}
TITLES: Mapping[str, str] = {name: metric.title for name, metric in METRICS.items()}
#: Metrics that may decide, and those of the network alone.
DECIDING = {name: TITLES[name] for name, each in METRICS.items() if each.measure is not None}
COSTS = {name: TITLES[name] for name, each in METRICS.items() if each.measure is None}
#: Seconds of search and training.
BUDGETS = {30: "30 s", 60: "1 min", 120: "2 min", 180: "3 min", 300: "5 min"}
