"""What a model does not know: predictive distributions and their uncertainty.

One package a method (`dropout`); `Prediction`, which all of them return, is in `prediction`.
"""

from pyfrontiers.uncertainty.dropout import (
    Convergence,
    DroppedLayer,
    MCDropout,
    OpenedPass,
    Slope,
    enumerate_dropout,
    mc_dropout,
    measure_convergence,
    open_pass,
    open_passes,
    stream_seed,
)
from pyfrontiers.uncertainty.prediction import Prediction, running_moments

__all__ = [
    "Convergence",
    "DroppedLayer",
    "MCDropout",
    "OpenedPass",
    "Prediction",
    "Slope",
    "enumerate_dropout",
    "mc_dropout",
    "measure_convergence",
    "open_pass",
    "open_passes",
    "running_moments",
    "stream_seed",
]
