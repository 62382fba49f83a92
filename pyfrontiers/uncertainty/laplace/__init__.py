"""Laplace approximations: a normal distribution around trained weights."""

from pyfrontiers.uncertainty.laplace.diagonal import DiagonalLaplace
from pyfrontiers.uncertainty.laplace.evidence import Evidence, maximise_evidence
from pyfrontiers.uncertainty.laplace.fit import fit_laplace
from pyfrontiers.uncertainty.laplace.last_layer import LastLayerLaplace

__all__ = [
    "DiagonalLaplace",
    "Evidence",
    "LastLayerLaplace",
    "fit_laplace",
    "maximise_evidence",
]
