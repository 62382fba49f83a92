"""Measure limitations of deep networks: data, cost, bias and the reliability of explanations.

Adversarial examples are in :mod:`pyfrontiers.adversarial`, uncertainty is in
:mod:`pyfrontiers.uncertainty`. captum, fairlearn and codecarbon are imported on first use.
"""

from pyfrontiers.limitations.bias import bias_study
from pyfrontiers.limitations.cost import costs
from pyfrontiers.limitations.interpretability import explanation_check
from pyfrontiers.limitations.learning_curve import learning_curve
from pyfrontiers.limitations.models import MODELS, AppModel
from pyfrontiers.limitations.power_law import PowerLaw, fit_power_law
from pyfrontiers.limitations.randomisation import cascade, randomise, rank_correlation
from pyfrontiers.limitations.saliency import METHODS, explainable, saliency_map

__all__ = [
    "METHODS",
    "MODELS",
    "AppModel",
    "PowerLaw",
    "bias_study",
    "cascade",
    "costs",
    "explainable",
    "explanation_check",
    "fit_power_law",
    "learning_curve",
    "randomise",
    "rank_correlation",
    "saliency_map",
]
