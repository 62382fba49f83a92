"""Predictive uncertainty of neural networks.

Each method has its own package, such as `dropout`. All of them return a `Prediction`.
"""

from pyfrontiers.uncertainty.dropout import (
    Convergence,
    DropoutPosterior,
    DroppedLayer,
    InspectedPass,
    MCDropout,
    Slope,
    enumerate_dropout,
    inspect_pass,
    inspect_passes,
    mc_dropout,
    measure_convergence,
)
from pyfrontiers.uncertainty.ensembles import Ensemble, fit_ensemble
from pyfrontiers.uncertainty.posterior import Posterior, predict
from pyfrontiers.uncertainty.prediction import Prediction, running_moments

__all__ = [
    "Convergence",
    "DropoutPosterior",
    "DroppedLayer",
    "Ensemble",
    "InspectedPass",
    "MCDropout",
    "Posterior",
    "Prediction",
    "Slope",
    "enumerate_dropout",
    "fit_ensemble",
    "inspect_pass",
    "inspect_passes",
    "mc_dropout",
    "measure_convergence",
    "predict",
    "running_moments",
]
