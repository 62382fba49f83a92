"""Proper scores of class probabilities and of predicted distributions of a number."""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Sample, Seed, checked
from pyfrontiers.uncertainty.metrics.estimate import Estimate, mean_estimate
from pyfrontiers.uncertainty.metrics.inputs import (
    ClassRows,
    Labels,
    Scores,
    check_shapes,
    class_log_probabilities,
    class_probabilities,
    finite,
)

__all__ = [
    "brier_score",
    "gaussian_crps",
    "gaussian_negative_log_likelihood",
    "negative_log_likelihood",
    "sample_crps",
]


@checked
def negative_log_likelihood(
    probabilities: ClassRows,
    labels: Labels,
    *,
    outputs: Scores = "probabilities",
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the mean of -log p_n(y_n) in nats.

    It is a proper score: no other distribution has a smaller expectation than the true one.

    Args:
        probabilities: (N, K) class probabilities, such as `Prediction.mean`; (N,) or (N, 1) holds
            those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        outputs: whether `probabilities` are that, or logits.
        resamples: number of bootstrap resamples for the interval; 0 for none.
        seed: 64-bit seed of the resampling.

    Returns:
        The score, >= 0; infinite if a label had probability 0.

    Raises:
        ValueError: a row is no distribution, a label is out of range, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Gneiting and Raftery, Strictly Proper Scoring Rules, JASA 2007, sec. 4.1.
    """
    logs = class_log_probabilities("probabilities", probabilities, labels, outputs)
    return mean_estimate(-logs.gather(1, labels.long()[:, None])[:, 0], resamples, seed)


@checked
def brier_score(
    probabilities: ClassRows,
    labels: Labels,
    *,
    outputs: Scores = "probabilities",
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the Brier score, the mean of sum_k (p_n(k) - [k = y_n])^2.

    Args:
        probabilities: (N, K) class probabilities; (N,) or (N, 1) holds those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        outputs: whether `probabilities` are that, or logits.
        resamples: number of bootstrap resamples for the interval; 0 for none.
        seed: 64-bit seed of the resampling.

    Returns:
        The score, in [0, 2]. For two classes it is twice the mean of (p_n(1) - y_n)^2.

    Raises:
        ValueError: a row is no distribution, a label is out of range, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Brier, Verification of forecasts expressed in terms of probability, 1950, eq. 2.
    """
    found = class_probabilities("probabilities", probabilities, labels, outputs)
    hot = torch.nn.functional.one_hot(labels.long(), found.shape[1])
    return mean_estimate((found - hot).square().sum(1), resamples, seed)


@checked
def gaussian_negative_log_likelihood(
    mean: Annotated[Tensor, Floats("N>0", "...")],
    variance: Annotated[Tensor, Floats("N", "...")],
    y: Annotated[Tensor, Floats("N", "...")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the mean of -log Normal(y; m, v) = (log 2 pi v + (y - m)^2 / v) / 2 in nats.

    Args:
        mean: (N, ...) predicted means m.
        variance: predicted variances v > 0, of the same shape.
        y: observations, of the same shape.
        resamples: number of bootstrap resamples of the N examples; 0 for no interval.
        seed: 64-bit seed of the resampling.

    Raises:
        ValueError: a shape differs, a variance is not positive, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        Gneiting and Raftery, Strictly Proper Scoring Rules, JASA 2007, sec. 4.1.
    """
    m, v, at = _gaussian(mean, variance, y)
    rows = ((2 * math.pi * v).log() + (at - m).square() / v) / 2
    return mean_estimate(rows, resamples, seed)


@checked
def gaussian_crps(
    mean: Annotated[Tensor, Floats("N>0", "...")],
    variance: Annotated[Tensor, Floats("N", "...")],
    y: Annotated[Tensor, Floats("N", "...")],
    *,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the mean continuous ranked probability score of normal distributions.

    With z = (y - m) / s, s^2 = v, and the distribution function Phi and density phi of a standard
    normal variable,

        CRPS = s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)).

    It has the unit of y, and is |y - m| where the variance is 0.

    Args:
        mean: (N, ...) predicted means m.
        variance: predicted variances v >= 0, of the same shape.
        y: observations, of the same shape.
        resamples: number of bootstrap resamples of the N examples; 0 for no interval.
        seed: 64-bit seed of the resampling.

    Raises:
        ValueError: a shape differs, a variance is negative, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        Gneiting, Raftery, Westveld and Goldman, Calibrated Probabilistic Forecasting, Monthly
        Weather Review 2005, eq. 5.
    """
    m, v, at = _gaussian(mean, variance, y, least=0.0)
    s = v.sqrt()
    z = torch.where(s > 0, (at - m) / s.clamp_min(torch.finfo(s.dtype).tiny), 0.0)
    density = (-z.square() / 2).exp() / math.sqrt(2 * math.pi)
    normal = s * (z * (2 * torch.special.ndtr(z) - 1) + 2 * density - 1 / math.sqrt(math.pi))
    return mean_estimate(torch.where(s > 0, normal, (at - m).abs()), resamples, seed)


@checked
def sample_crps(
    samples: Annotated[Tensor, Floats("T>0", "N>0", "...")],
    y: Annotated[Tensor, Floats("N", "...")],
    *,
    unbiased: bool = False,
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the mean continuous ranked probability score of samples x_1, ..., x_T.

        CRPS = (1 / T) sum_t |x_t - y| - (1 / 2 T^2) sum_s sum_t |x_s - x_t|

    This is the score of the distribution that gives each sample the weight 1 / T. To score the
    distribution from which they were drawn, `unbiased` divides by T (T - 1) instead of T^2.

    Args:
        samples: (T, N, ...) draws, such as `Prediction.samples` of a regression.
        y: (N, ...) observations.
        unbiased: estimate the score of the underlying distribution; T >= 2.
        resamples: number of bootstrap resamples of the N examples; 0 for no interval.
        seed: 64-bit seed of the resampling.

    Returns:
        The score in the unit of y.

    Raises:
        ValueError: a shape is wrong, or an element is not finite.
        TypeError: an argument is of another kind.

    Source:
        Gneiting and Raftery, Strictly Proper Scoring Rules, JASA 2007, eq. 21; for the unbiased
        form Ferro, Fair scores for ensemble forecasts, QJRMS 2014.
    """
    drawn, at = finite(samples=samples, y=y)
    if samples.shape[1:] != y.shape:
        raise ValueError(
            f"y must have shape {tuple(samples.shape[1:])} like one of the samples, got "
            f"{tuple(y.shape)}"
        )
    count = len(samples)
    if unbiased and count < 2:
        raise ValueError("samples must be at least 2 with unbiased=True, got 1")
    ordered = drawn.sort(0).values
    # In a sorted list, sum_s sum_t |x_s - x_t| = 2 sum_t (2 t - T - 1) x_t.
    weight = 2 * torch.arange(1, count + 1, dtype=torch.float64, device=at.device) - count - 1
    spread = torch.tensordot(weight, ordered, 1) / (count * (count - 1 if unbiased else count))
    return mean_estimate((ordered - at).abs().mean(0) - spread, resamples, seed)


def _gaussian(
    mean: Tensor, variance: Tensor, y: Tensor, least: float | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Check three tensors of one shape; variances are at least `least`, or positive if None."""
    check_shapes("mean", mean, variance=variance, y=y)
    m, v, at = finite(mean=mean, variance=variance, y=y)
    smallest = float(v.min())
    if smallest < 0 or (least is None and smallest == 0):
        wanted = "positive" if least is None else "at least 0"
        raise ValueError(f"variance must be {wanted}, got {smallest:g}")
    return m, v, at
