"""SWAG: a normal distribution over the weights that SGD visits."""

from pyfrontiers.uncertainty.swag.fitting import fit_swag
from pyfrontiers.uncertainty.swag.posterior import SWAG

__all__ = ["SWAG", "fit_swag"]
