"""Calibration on held-out examples: temperature scaling, and sets and intervals with a guarantee.

Every fit returns a frozen object; calling it with new predictions calibrates them.
"""

from pyfrontiers.uncertainty.calibration.intervals import (
    ConformalIntervals,
    fit_conformal_intervals,
)
from pyfrontiers.uncertainty.calibration.sets import ConformalSets, fit_conformal_sets
from pyfrontiers.uncertainty.calibration.temperature import Temperature, fit_temperature

__all__ = [
    "ConformalIntervals",
    "ConformalSets",
    "Temperature",
    "fit_conformal_intervals",
    "fit_conformal_sets",
    "fit_temperature",
]
