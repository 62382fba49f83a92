"""Posteriors that are known exactly: linear regression, and any density over two weights."""

from pyfrontiers.uncertainty.classical.grid import GridPosterior, grid_posterior
from pyfrontiers.uncertainty.classical.regression import LinearPosterior, bayesian_regression

__all__ = ["GridPosterior", "LinearPosterior", "bayesian_regression", "grid_posterior"]
