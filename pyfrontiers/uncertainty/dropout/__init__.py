"""Monte-Carlo dropout: predictions over draws of the weights, and a look into single draws."""

from pyfrontiers.uncertainty.dropout.convergence import Convergence, Slope, measure_convergence
from pyfrontiers.uncertainty.dropout.exact import enumerate_dropout
from pyfrontiers.uncertainty.dropout.layers import MCDropout
from pyfrontiers.uncertainty.dropout.opened import (
    DroppedLayer,
    OpenedPass,
    open_pass,
    open_passes,
)
from pyfrontiers.uncertainty.dropout.sampling import mc_dropout
from pyfrontiers.uncertainty.dropout.streams import stream_seed

__all__ = [
    "Convergence",
    "DroppedLayer",
    "MCDropout",
    "OpenedPass",
    "Slope",
    "enumerate_dropout",
    "mc_dropout",
    "measure_convergence",
    "open_pass",
    "open_passes",
    "stream_seed",
]
