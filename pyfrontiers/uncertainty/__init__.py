"""Predictive uncertainty of neural networks.

Each method has its own package, such as `dropout`. All of them return a `Prediction`.
"""

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

__all__ = [
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
    "bayesian_regression",
    "effective_samples",
    "enumerate_dropout",
    "fit_ensemble",
    "fit_hmc",
    "fit_laplace",
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
