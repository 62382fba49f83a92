"""Predictive uncertainty of neural networks.

Each method has its own package, such as `dropout`. All of them return a `Prediction`.
"""

import warnings
from typing import Any

from pyfrontiers.uncertainty.classical import (
    GridPosterior,
    LinearPosterior,
    bayesian_regression,
    grid_posterior,
)
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
from pyfrontiers.uncertainty.hmc import (
    Chains,
    HMCPosterior,
    effective_samples,
    fit_hmc,
    hmc_chains,
    split_r_hat,
)
from pyfrontiers.uncertainty.laplace import (
    DiagonalLaplace,
    Evidence,
    LastLayerLaplace,
    fit_laplace,
)
from pyfrontiers.uncertainty.posterior import Posterior, predict
from pyfrontiers.uncertainty.prediction import Prediction, running_moments
from pyfrontiers.uncertainty.sgld import SGLD, fit_sgld
from pyfrontiers.uncertainty.swag import SWAG, fit_swag
from pyfrontiers.uncertainty.variational import Variational, fit_variational

__all__ = [
    "SGLD",
    "SWAG",
    "Chains",
    "Convergence",
    "DiagonalLaplace",
    "DropoutPosterior",
    "DroppedLayer",
    "Ensemble",
    "Evidence",
    "GridPosterior",
    "HMCPosterior",
    "InspectedPass",
    "LastLayerLaplace",
    "LinearPosterior",
    "MCDropout",
    "Posterior",
    "Prediction",
    "Slope",
    "Variational",
    "bayesian_regression",
    "effective_samples",
    "enumerate_dropout",
    "fit_ensemble",
    "fit_hmc",
    "fit_laplace",
    "fit_sgld",
    "fit_swag",
    "fit_variational",
    "grid_posterior",
    "hmc_chains",
    "inspect_pass",
    "inspect_passes",
    "mc_dropout",
    "measure_convergence",
    "predict",
    "running_moments",
    "split_r_hat",
]

_RENAMED = {"open_pass": "inspect_pass", "open_passes": "inspect_passes"}


def __getattr__(name: str) -> Any:
    """Return a function by the name that it had before, with a warning."""
    if name not in _RENAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(f"{name} is now {_RENAMED[name]}", DeprecationWarning, stacklevel=2)
    return globals()[_RENAMED[name]]
