"""Deep ensembles: several networks, trained from different starts, as draws of a posterior."""

from pyfrontiers.uncertainty.ensembles.ensemble import Ensemble
from pyfrontiers.uncertainty.ensembles.fitting import fit_ensemble

__all__ = ["Ensemble", "fit_ensemble"]
