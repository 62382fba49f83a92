"""Can a network that fits its training data perfectly have learned nothing? Labels from a die."""

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
from pyfrontiers.generalization.stopping import Stop, early_stop

__all__ = [
    "CONDITIONS",
    "Condition",
    "DataError",
    "Fit",
    "FittingNet",
    "ImageData",
    "Stop",
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
