"""Monte-Carlo dropout: predict with random draws of the weights, and inspect single draws."""

from pyfrontiers.uncertainty.dropout.alpha import MCAlphaDropout
from pyfrontiers.uncertainty.dropout.convergence import Convergence, Slope, measure_convergence
from pyfrontiers.uncertainty.dropout.conversion import convert
from pyfrontiers.uncertainty.dropout.exact import enumerate_dropout
from pyfrontiers.uncertainty.dropout.inspection import (
    DroppedLayer,
    InspectedPass,
    inspect_pass,
    inspect_passes,
)
from pyfrontiers.uncertainty.dropout.layers import MCDropout
from pyfrontiers.uncertainty.dropout.planning import Plan, plan
from pyfrontiers.uncertainty.dropout.posterior import DropoutPosterior
from pyfrontiers.uncertainty.dropout.sampling import mc_dropout

__all__ = [
    "Convergence",
    "DropoutPosterior",
    "DroppedLayer",
    "InspectedPass",
    "MCAlphaDropout",
    "MCDropout",
    "Plan",
    "Slope",
    "convert",
    "enumerate_dropout",
    "inspect_pass",
    "inspect_passes",
    "mc_dropout",
    "measure_convergence",
    "plan",
]
