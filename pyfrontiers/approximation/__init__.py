"""Networks with one hidden layer: constructed, trained, and evaluated outside the training range.

Section `universal-approximation` uses targets, constructions, rates, Barron's bound, training,
comparison and memorisation; section `function-approximators` uses observations, likelihood and
extrapolation.
"""

from pyfrontiers.approximation.barron import (
    barron_bound,
    barron_constant,
    barron_width,
    sine_constant,
)
from pyfrontiers.approximation.comparison import Comparison, compare
from pyfrontiers.approximation.construction import (
    CONSTRUCTIONS,
    least_width,
    relu_knots,
    sigmoid_bumps,
    step_pairs,
)
from pyfrontiers.approximation.descent import OPTIMISERS, TRAINABLE
from pyfrontiers.approximation.expressions import Expression, ExpressionError, parse_expression
from pyfrontiers.approximation.extrapolation import Extrapolation, extrapolate
from pyfrontiers.approximation.likelihood import BAND, Band, GaussianFits, Quality, fit_likelihood
from pyfrontiers.approximation.memorisation import Memory, memorise
from pyfrontiers.approximation.networks import (
    ACTIVATIONS,
    Network,
    rms_error,
    worst_error,
)
from pyfrontiers.approximation.observations import DOMAIN, Observations, noise, observe, truth
from pyfrontiers.approximation.rates import Median, Rate, errors_by_width, median_of, rate_of
from pyfrontiers.approximation.targets import SMOOTH, TARGETS, Target, drawn, sine, typed
from pyfrontiers.approximation.training import Fits, train

__all__ = [
    "ACTIVATIONS",
    "BAND",
    "CONSTRUCTIONS",
    "DOMAIN",
    "OPTIMISERS",
    "SMOOTH",
    "TARGETS",
    "TRAINABLE",
    "Band",
    "Comparison",
    "Expression",
    "ExpressionError",
    "Extrapolation",
    "Fits",
    "GaussianFits",
    "Median",
    "Memory",
    "Network",
    "Observations",
    "Quality",
    "Rate",
    "Target",
    "barron_bound",
    "barron_constant",
    "barron_width",
    "compare",
    "drawn",
    "errors_by_width",
    "extrapolate",
    "fit_likelihood",
    "least_width",
    "median_of",
    "memorise",
    "noise",
    "observe",
    "parse_expression",
    "rate_of",
    "relu_knots",
    "rms_error",
    "sigmoid_bumps",
    "sine",
    "sine_constant",
    "step_pairs",
    "train",
    "truth",
    "typed",
    "worst_error",
]
