"""Whether a score separates strangers from known inputs: AUROC, and FPR at 95 % TPR."""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Sample, Seed, Share, Values, checked
from pyfrontiers.uncertainty.metrics.estimate import Estimate, estimate
from pyfrontiers.uncertainty.metrics.inputs import finite, flags

__all__ = ["auroc", "false_positive_rate"]


@checked
def auroc(
    scores: Annotated[Tensor, Floats("N>0")],
    strangers: Annotated[Tensor, Values("N")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the area under the ROC curve of a score that should be larger for strangers.

    It is the share of pairs of a known input and a stranger in which the stranger has the larger
    score; a tie counts half. Only the order of the scores matters. 0.5 is chance.

    Args:
        scores: (N,) a measure of uncertainty, such as `Prediction.mutual_information`.
        strangers: (N,) flags, or 0 and 1: whether an input is out of distribution.
        resamples: number of bootstrap resamples, of known inputs and of strangers; 0 for no
            interval.
        seed: 64-bit seed of the resampling.

    Returns:
        The area, in [0, 1].

    Raises:
        ValueError: all inputs are known or all are strangers, a score is NaN, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology 1982.
    """
    known, other = _sides("the AUROC", scores, strangers)

    def area(inside: Tensor, outside: Tensor) -> Tensor:
        ordered = inside.sort(1).values
        outside = outside.contiguous()
        below = torch.searchsorted(ordered, outside)
        up_to = torch.searchsorted(ordered, outside, right=True)
        return (below + up_to).double().mean(1) / (2 * inside.shape[1])

    return estimate(area, ((known,), (other,)), resamples, seed)


@checked
def false_positive_rate(
    scores: Annotated[Tensor, Floats("N>0")],
    strangers: Annotated[Tensor, Values("N")],
    *,
    tpr: Share = 0.95,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the share of strangers that are accepted where 95 % of the known inputs are.

    An input is accepted, "positive", if its score is at most the threshold. The threshold is the
    smallest that accepts a share of at least `tpr` of the known inputs.

    Args:
        scores: (N,) a measure of uncertainty, larger for strangers.
        strangers: (N,) flags, or 0 and 1: whether an input is out of distribution.
        tpr: share of known inputs to accept, the true positive rate, in [0, 1].
        resamples: number of bootstrap resamples, of known inputs and of strangers; 0 for no
            interval.
        seed: 64-bit seed of the resampling.

    Returns:
        The false positive rate, in [0, 1]; `tpr` for scores that do not tell them apart.

    Raises:
        ValueError: all inputs are known or all are strangers, a score is NaN, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Liang, Li and Srikant, Enhancing the Reliability of Out-of-distribution Image Detection in
        Neural Networks, ICLR 2018, sec. 4.2.
    """
    known, other = _sides("the false positive rate", scores, strangers)
    # The rounding absorbs the error of 0.95 * 20 and the like.
    rank = math.ceil(round(tpr * len(known), 9))

    def rate(inside: Tensor, outside: Tensor) -> Tensor:
        if rank == 0:
            return torch.zeros(len(inside), dtype=torch.float64, device=inside.device)
        threshold = inside.sort(1).values[:, rank - 1 : rank]
        return (outside <= threshold).double().mean(1)

    return estimate(rate, ((known,), (other,)), resamples, seed)


def _sides(what: str, scores: Tensor, strangers: Tensor) -> tuple[Tensor, Tensor]:
    """Return the scores of known inputs and of strangers in float64."""
    (wide,) = finite(scores=scores)
    chosen = flags("strangers", strangers)
    count = int(chosen.sum())
    if count in (0, len(chosen)):
        side = "strangers" if count else "known inputs"
        raise ValueError(
            f"strangers must have both known inputs and strangers, because {what} compares them, "
            f"got {len(chosen)} {side} only"
        )
    return wide[~chosen], wide[chosen]
