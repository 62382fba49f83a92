"""Posteriors of a tiny network: by long HMC, and by the methods that approximate it.

Section `bayesian-neural-networks` and claim C16. Not part of `pyfrontiers.uncertainty`, which it
uses.
"""

from pyfrontiers.uncertainty.study.comparison import (
    Comparison,
    Distance,
    compare_methods,
    compare_on,
    distance,
)
from pyfrontiers.uncertainty.study.data_sets import DATA_SETS, NOISE, Points, Task
from pyfrontiers.uncertainty.study.functions import LEVELS, Functions, summarise
from pyfrontiers.uncertainty.study.methods import METHODS
from pyfrontiers.uncertainty.study.network import WEIGHTS, prior_functions, toy_network
from pyfrontiers.uncertainty.study.reference import Reference, sample_posterior
from pyfrontiers.uncertainty.study.two_weights import landscape

__all__ = [
    "DATA_SETS",
    "LEVELS",
    "METHODS",
    "NOISE",
    "WEIGHTS",
    "Comparison",
    "Distance",
    "Functions",
    "Points",
    "Reference",
    "Task",
    "compare_methods",
    "compare_on",
    "distance",
    "landscape",
    "prior_functions",
    "sample_posterior",
    "summarise",
    "toy_network",
]
