"""Whether the uncertain predictions are the wrong ones: risk-coverage and sparsification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Sample, Seed, checked
from pyfrontiers.uncertainty.metrics.estimate import Estimate, estimate
from pyfrontiers.uncertainty.metrics.inputs import finite

__all__ = ["Rejection", "aurc", "ause", "rejection_curve"]


@dataclass(frozen=True, slots=True, eq=False)
class Rejection:
    """Mean error of the examples that are kept when the most uncertain ones are rejected.

    Attributes:
        coverage: (N,) share that is kept, 1 / N, 2 / N, ..., 1.
        risk: (N,) their mean error: the risk-coverage or sparsification curve.
        oracle: (N,) the same if the examples with the largest errors are rejected, the least mean
            error possible.
    """

    coverage: Tensor
    risk: Tensor
    oracle: Tensor


@checked
def rejection_curve(
    errors: Annotated[Tensor, Floats("N>0")], uncertainty: Annotated[Tensor, Floats("N")]
) -> Rejection:
    """Return the mean error of the most certain examples, for every number of them.

    Examples of equal uncertainty are kept in a random order: the curve is the expectation over all
    orders.

    Args:
        errors: (N,) error of each example, such as 0 and 1 for right and wrong, or |y - m|.
        uncertainty: (N,) the larger, the earlier an example is rejected.

    Raises:
        ValueError: the shapes differ, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR 2010,
        for risk and coverage; Ilg et al., Uncertainty Estimates and Multi-Hypotheses Networks for
        Optical Flow, ECCV 2018, for sparsification.
    """
    found, doubt = finite(errors=errors, uncertainty=uncertainty)
    count = torch.arange(1, len(found) + 1, dtype=torch.float64, device=found.device)
    risk, oracle = (_kept(found[None], order[None])[0] for order in (doubt, found))
    return Rejection(count / len(found), risk, oracle)


@checked
def aurc(
    errors: Annotated[Tensor, Floats("N>0")],
    uncertainty: Annotated[Tensor, Floats("N")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the area under the risk-coverage curve, the mean of its N values.

    Args:
        errors: (N,) error of each example, such as 0 and 1 for right and wrong.
        uncertainty: (N,) the larger, the earlier an example is rejected.
        resamples: number of bootstrap resamples for the interval; 0 for none.
        seed: 64-bit seed of the resampling.

    Returns:
        The area in the unit of the errors; their mean if the uncertainty is the same everywhere.

    Raises:
        ValueError: the shapes differ, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        Geifman, Uziel and El-Yaniv, Bias-Reduced Uncertainty Estimation for Deep Neural
        Classifiers, ICLR 2019, sec. 4.
    """
    columns = finite(errors=errors, uncertainty=uncertainty)
    return estimate(lambda e, u: _kept(e, u).mean(1), (columns,), resamples, seed)


@checked
def ause(
    errors: Annotated[Tensor, Floats("N>0")],
    uncertainty: Annotated[Tensor, Floats("N")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the area between the sparsification curve and that of the oracle.

    It is 0 if and only if the examples with larger errors are also the more uncertain ones. For
    errors 0 and 1 it is the excess AURC.

    Args:
        errors: (N,) error of each example.
        uncertainty: (N,) the larger, the earlier an example is rejected.
        resamples: number of bootstrap resamples for the interval; 0 for none.
        seed: 64-bit seed of the resampling.

    Returns:
        The area, >= 0, in the unit of the errors. Divide by their mean to compare models.

    Raises:
        ValueError: the shapes differ, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        Ilg et al., Uncertainty Estimates and Multi-Hypotheses Networks for Optical Flow, ECCV 2018,
        sec. 4.
    """
    columns = finite(errors=errors, uncertainty=uncertainty)
    return estimate(lambda e, u: (_kept(e, u) - _kept(e, e)).mean(1), (columns,), resamples, seed)


def _kept(errors: Tensor, uncertainty: Tensor) -> Tensor:
    """Return the mean error (B, N) of the n most certain examples, n = 1, ..., N."""
    ordered, order = uncertainty.sort(1)
    sorted_errors = errors.gather(1, order)
    # Equal uncertainties share one rank, and each of them the mean error of that rank.
    new = torch.ones_like(ordered, dtype=torch.int64)
    new[:, 1:] = (ordered[:, 1:] != ordered[:, :-1]).long()
    rank = new.cumsum(1) - 1
    sums, sizes = torch.zeros_like(errors), torch.zeros_like(errors)
    sums.scatter_add_(1, rank, sorted_errors)
    sizes.scatter_add_(1, rank, torch.ones_like(errors))
    expected = (sums / sizes.clamp_min(1)).gather(1, rank)
    count = torch.arange(1, errors.shape[1] + 1, dtype=torch.float64, device=errors.device)
    return expected.cumsum(1) / count
