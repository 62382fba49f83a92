"""Mean-field variational inference: an independent normal distribution for every weight."""

from pyfrontiers.uncertainty.variational.fitting import Variational, fit_variational
from pyfrontiers.uncertainty.variational.layers import VariationalLayer, convert, kl_divergence

__all__ = ["Variational", "VariationalLayer", "convert", "fit_variational", "kl_divergence"]
