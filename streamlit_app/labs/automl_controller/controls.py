"""The controls of this experiment, and the run that they choose."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from pyfrontiers.automl.benchmark import Trace, trace_controller
from streamlit_app import kit

__all__ = ["BATCH", "ENTROPIES", "FIRST", "RATES", "UPDATES", "Settings", "controls", "first_trace"]

controls = kit.Controls("automl-controller")

RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
ENTROPIES = (0.0, 0.01, 0.03, 0.1)
UPDATES, BATCH = 50, 4


@dataclass(frozen=True, slots=True)
class Settings:
    """What the visitor chooses of a run; the arguments of `trace_controller`."""

    rate: float
    entropy: float
    seed: int


FIRST = Settings(0.01, 0.0, 1)
"""The settings of an address without any."""


@cache
def first_trace() -> Trace:
    """Run the controller with the first settings."""
    return trace_controller(batch=BATCH, updates=UPDATES, **asdict(FIRST))
