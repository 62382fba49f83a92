"""Likelihoods with a predicted variance, as losses."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Share, checked

__all__ = ["Likelihood", "best_log_variance", "negative_log_likelihood"]

Likelihood = Literal["gaussian", "laplace"]
"""The distribution of the noise."""


@checked
def negative_log_likelihood(
    outputs: Annotated[Tensor, Floats("N", "2", "...")],
    target: Annotated[Tensor, Floats("N", "...")],
    *,
    likelihood: Likelihood = "laplace",
    beta: Share = 0.0,
) -> Tensor:
    """Return the mean of -log p(y | m, v) over the measured pixels, in nats.

    With the error r = y - m and the predicted variance v = e^s,

        gaussian:  (s + r^2 e^-s + log 2 pi) / 2
        laplace:   s / 2 + sqrt(2) |r| e^(-s/2) + log(2) / 2

    A Laplace distribution of variance v has the scale sqrt(v / 2). A large predicted variance
    lowers the price of an error and costs its logarithm, so that the network learns where it errs.

    It also divides the error's gradient by a power of sigma: where the network is uncertain, it
    hardly learns to err less. With `beta` above 0 the mean is weighted by v^beta, as a constant.
    At 1/2 (laplace) or 1 (gaussian) the gradient by m is that of |r| or r^2 up to a factor.

    Args:
        outputs: (N, 2, H, W) means m and log-variances s, as `DepthNet` returns.
        target: (N, H, W) observations y; NaN where nothing was measured.
        likelihood: the distribution of the noise.
        beta: exponent of the weights, in [0, 1]; 0 for the likelihood itself.

    Returns:
        A scalar. Pixels without a measurement have no gradient.

    Raises:
        ValueError: a shape differs, no pixel is measured, or an observation is infinite.
        TypeError: an argument is of another kind.

    Source:
        Kendall and Gal, What Uncertainties Do We Need in Bayesian Deep Learning for Computer
        Vision?, NeurIPS 2017, eq. 5 and 8; for `beta`, Seitzer et al., On the Pitfalls of
        Heteroscedastic Uncertainty Estimation with Probabilistic Neural Networks, ICLR 2022.
    """
    if target.shape != outputs.shape[:1] + outputs.shape[2:]:
        raise ValueError(
            f"target must have shape {(len(outputs), *outputs.shape[2:])} for outputs of shape "
            f"{tuple(outputs.shape)}, got {tuple(target.shape)}"
        )
    measured = ~target.isnan()
    count = measured.sum()
    if not count:
        raise ValueError("target must have a measured pixel, got NaN everywhere")
    if target.isinf().any():
        raise ValueError(
            f"target must be finite or NaN, got infinity in {int(target.isinf().sum())} pixels; "
            "pass inverse depth, which is 0 in the sky"
        )
    mean, spread = outputs[:, 0], outputs[:, 1]
    error = torch.where(measured, target, mean.detach()) - mean
    if likelihood == "gaussian":
        loss = (spread + error.square() * (-spread).exp() + math.log(2 * math.pi)) / 2
    else:
        loss = (spread + math.log(2)) / 2 + math.sqrt(2) * error.abs() * (-spread / 2).exp()
    weight = measured.to(loss.dtype) / count
    if beta:
        shares = torch.where(measured, (beta * spread.detach()).exp(), 0.0)
        weight = shares / shares.sum()
    return (weight * torch.where(measured, loss, 0.0)).sum()


@checked
def best_log_variance(
    errors: Annotated[Tensor, Floats("N>0")], *, likelihood: Likelihood = "laplace"
) -> Tensor:
    """Return the log-variance s that minimises the loss of several errors with one variance.

    Setting the derivative of the loss by s to 0 gives

        gaussian:  s = log mean r^2
        laplace:   s = log(2 (mean |r|)^2)

    Args:
        errors: (N,) errors r, not all 0.
        likelihood: the distribution of the noise.

    Returns:
        A scalar; its exponential is a variance in either case.

    Raises:
        ValueError: all errors are 0: the loss falls without bound as s does.
        TypeError: an argument is of another kind.
    """
    if not errors.any():
        raise ValueError("errors must differ from 0 somewhere, got 0 everywhere")
    if likelihood == "gaussian":
        return errors.square().mean().log()
    return math.log(2) + 2 * errors.abs().mean().log()
