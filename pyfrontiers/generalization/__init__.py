"""Random labels: networks that fit their training data perfectly and still do not generalise."""

from pyfrontiers.generalization.conditions import CONDITIONS, Condition, condition
from pyfrontiers.generalization.data import (
    DataError,
    ImageData,
    data_from_arrays,
    digit_data,
    selection,
)
from pyfrontiers.generalization.fitting import Fit, fit, fit_digits
from pyfrontiers.generalization.network import FittingNet, parameter_count
from pyfrontiers.generalization.reading import read_data
from pyfrontiers.generalization.stopping import EarlyStop, early_stop

__all__ = [
    "CONDITIONS",
    "Condition",
    "DataError",
    "EarlyStop",
    "Fit",
    "FittingNet",
    "ImageData",
    "condition",
    "data_from_arrays",
    "digit_data",
    "early_stop",
    "fit",
    "fit_digits",
    "parameter_count",
    "read_data",
    "selection",
]
