"""How far a method's predictive distribution is from the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import fold_in
from pyfrontiers.reports import part_of
from pyfrontiers.uncertainty.study.functions import Functions, grid, predictions, summarise
from pyfrontiers.uncertainty.study.methods import METHODS
from pyfrontiers.uncertainty.study.reference import sample_posterior

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.uncertainty import Posterior
    from pyfrontiers.uncertainty.study.data_sets import Points
    from pyfrontiers.uncertainty.study.reference import Reference

__all__ = ["Comparison", "Distance", "compare_methods", "compare_on", "distance"]

_SAMPLES = 400


@dataclass(frozen=True, slots=True)
class Distance:
    """Distances from the reference, relative to its mean standard deviation on the grid.

    Attributes:
        mean: mean absolute difference of the predictive means.
        spread: mean absolute difference of the standard deviations over the networks.
        bias: mean difference of these standard deviations; negative for an overconfident method.
    """

    mean: float
    spread: float
    bias: float


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A method on a data set.

    Attributes:
        functions: predictions on the grid.
        distance: its distance from the reference.
    """

    functions: Functions
    distance: Distance


def distance(found: Functions, reference: Functions) -> Distance:
    """Return the distance between two posteriors on one grid."""
    scale = float(reference.spread.mean())
    apart = found.spread - reference.spread
    return Distance(
        float(abs(found.mean - reference.mean).mean()) / scale,
        float(abs(apart).mean()) / scale,
        float(apart.mean()) / scale,
    )


def compare_methods(
    points: Points,
    reference: Functions,
    *,
    seed: int = 0,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Comparison]:
    """Fit every method to some points and measure its distance from the reference.

    Args:
        points: the examples.
        reference: predictions of the reference.
        seed: 64-bit seed; method number k has the seed ``fold_in(seed, k)``.
        report: called with the fraction done and a message.

    Returns:
        The comparison of each method, by its name in `METHODS`.
    """
    found = {}
    for number, (name, fit) in enumerate(METHODS.items()):
        if report is not None:
            report(number / len(METHODS), name)
        functions = functions_of(points, fit, fold_in(seed, number))
        found[name] = Comparison(functions, distance(functions, reference))
    return found


def compare_on(
    points: Points, *, seed: int = 0, report: Callable[[float, str], None] | None = None
) -> tuple[Reference, dict[str, Comparison]]:
    """Sample the reference for some points, and compare every method with it.

    Args:
        points: the examples, at least one.
        seed: 64-bit seed.
        report: called with the fraction done and a message.
    """
    reference = sample_posterior(points, seed=seed, report=part_of(report, 0.0, 0.25))
    methods = compare_methods(
        points, reference.functions, seed=seed, report=part_of(report, 0.25, 1.0)
    )
    return reference, methods


def functions_of(points: Points, fit: Callable[[Points, int], Posterior], seed: int) -> Functions:
    """Fit a method and summarise its predictions on the grid."""
    posterior = fit(points, seed)
    passes = torch.cat(list(posterior.sample(grid(points.task).float(), _SAMPLES, seed=seed)))
    return summarise(points.task, predictions(points.task, passes[..., 0]))
