"""Hamiltonian Monte Carlo for small networks: many chains side by side, and how well they mix."""

from pyfrontiers.uncertainty.hmc.diagnostics import effective_samples, split_r_hat
from pyfrontiers.uncertainty.hmc.networks import HMCPosterior, fit_hmc
from pyfrontiers.uncertainty.hmc.sampler import Chains, hmc_chains

__all__ = [
    "Chains",
    "HMCPosterior",
    "effective_samples",
    "fit_hmc",
    "hmc_chains",
    "split_r_hat",
]
