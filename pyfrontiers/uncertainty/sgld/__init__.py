"""Stochastic-gradient Langevin dynamics: a Markov chain whose steps are noisy gradient steps."""

from pyfrontiers.uncertainty.sgld.chain import SGLD, fit_sgld

__all__ = ["SGLD", "fit_sgld"]
