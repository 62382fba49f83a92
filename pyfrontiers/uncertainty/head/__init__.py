"""A Bayesian last layer on frozen features of a network: taught in a second, sampled in less.

The network that computes the features stays as it is; only a linear layer is learned, so the
posterior over its weights is log-concave and the predictive distribution of one image is a Gaussian
over its few logits.
"""

from pyfrontiers.uncertainty.head.doubt import Doubt, doubt
from pyfrontiers.uncertainty.head.dropout import DropoutHead, fit_dropout_head
from pyfrontiers.uncertainty.head.ensemble import EnsembleHead, fit_ensemble_head
from pyfrontiers.uncertainty.head.hmc import HMCHead, fit_hmc_head
from pyfrontiers.uncertainty.head.inputs import HeadInputs
from pyfrontiers.uncertainty.head.laplace import BayesianHead, fit_head
from pyfrontiers.uncertainty.head.separation import Separation, separation

__all__ = [
    "BayesianHead",
    "Doubt",
    "DropoutHead",
    "EnsembleHead",
    "HMCHead",
    "HeadInputs",
    "Separation",
    "doubt",
    "fit_dropout_head",
    "fit_ensemble_head",
    "fit_head",
    "fit_hmc_head",
    "separation",
]
