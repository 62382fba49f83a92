"""How good a predictive distribution is: scores, calibration, coverage, ranking, rejection.

Every metric is a function of tensors that returns an `Estimate`: its value, and with `resamples` a
seeded bootstrap interval over the examples.
"""

from pyfrontiers.uncertainty.metrics.estimate import Estimate
from pyfrontiers.uncertainty.metrics.intervals import coverage
from pyfrontiers.uncertainty.metrics.ranking import auroc, false_positive_rate
from pyfrontiers.uncertainty.metrics.rejection import Rejection, aurc, ause, rejection_curve
from pyfrontiers.uncertainty.metrics.reliability import (
    Reliability,
    expected_calibration_error,
    reliability,
)
from pyfrontiers.uncertainty.metrics.scores import (
    brier_score,
    gaussian_crps,
    gaussian_negative_log_likelihood,
    negative_log_likelihood,
    sample_crps,
)

__all__ = [
    "Estimate",
    "Rejection",
    "Reliability",
    "aurc",
    "auroc",
    "ause",
    "brier_score",
    "coverage",
    "expected_calibration_error",
    "false_positive_rate",
    "gaussian_crps",
    "gaussian_negative_log_likelihood",
    "negative_log_likelihood",
    "rejection_curve",
    "reliability",
    "sample_crps",
]
