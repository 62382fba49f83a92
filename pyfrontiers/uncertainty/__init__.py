"""What a model does not know: Monte-Carlo dropout and its summaries."""

from pyfrontiers.uncertainty.convergence import Convergence, Slope, measure_convergence
from pyfrontiers.uncertainty.exact import enumerate_dropout
from pyfrontiers.uncertainty.layers import MCDropout
from pyfrontiers.uncertainty.opened import DroppedLayer, OpenedPass, open_pass, open_passes
from pyfrontiers.uncertainty.prediction import Prediction, running_moments
from pyfrontiers.uncertainty.sampling import mc_dropout
from pyfrontiers.uncertainty.streams import stream_seed

__all__ = [
    "Convergence",
    "DroppedLayer",
    "MCDropout",
    "OpenedPass",
    "Prediction",
    "Slope",
    "enumerate_dropout",
    "mc_dropout",
    "measure_convergence",
    "open_pass",
    "open_passes",
    "running_moments",
    "stream_seed",
]
