"""Fit a Laplace approximation to a trained model."""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Values, checked
from pyfrontiers.first_run import check_finite_inputs
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.laplace.curvature import (
    diagonal_curvature,
    last_layer_curvature,
    output_roots,
)
from pyfrontiers.uncertainty.laplace.diagonal import DiagonalLaplace
from pyfrontiers.uncertainty.laplace.evidence import Evidence, maximise_evidence
from pyfrontiers.uncertainty.laplace.last_layer import LastLayerLaplace, find_head
from pyfrontiers.uncertainty.rows import (
    Likelihood,
    check_targets,
    log_likelihood,
    weight_rows,
)

__all__ = ["fit_laplace"]

#: Weights of a last layer beyond which its covariance does not fit into memory.
_MOST = 20_000


@checked
def fit_laplace(
    model: nn.Module,
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    likelihood: Likelihood = "classification",
    structure: Literal["last_layer", "diagonal"] = "last_layer",
    prior_precision: float | None = None,
    noise: float | None = None,
    head: str | None = None,
) -> LastLayerLaplace | DiagonalLaplace:
    """Fit a normal distribution to the posterior around the weights of a trained model.

        p(w | x, y) ~ Normal(w*, (G + a I)^-1)

    w* are the weights of the model, a is the prior precision and G the generalised Gauss-Newton
    matrix of the negative log-likelihood. For a model that is linear in these weights, a normal
    likelihood and w* at the maximum of the posterior, this is the exact posterior.

    Args:
        model: trained with a loss that is the negative log-likelihood, in eval mode; only read.
        x: (N, ...) training inputs.
        y: (N,) classes, or values of the size of the outputs.
        likelihood: `"classification"` (one logit for two classes too) or `"regression"`.
        structure: `"last_layer"`: full covariance over the last linear layer with its bias, other
            weights fixed. `"diagonal"`: all weights, independent of each other.
        prior_precision: a > 0; None chooses the value of the largest marginal likelihood.
        noise: standard deviation of the observations in a regression; None chooses it too.
        head: name of the last layer; None looks for the linear layer whose outputs the model
            returns. For `"last_layer"` only.

    Returns:
        The posterior; `sample` streams passes for `pyfrontiers.uncertainty.predict`.

    Raises:
        ValueError: an argument is out of range, the model does not run on the inputs, one of them
            is NaN or infinite, the outputs do not fit `y`, or the model does not end in a linear
            layer.
        TypeError: an argument is of another kind.

    Source:
        MacKay, A practical Bayesian framework for backpropagation networks, 1992; Daxberger et
        al., Laplace Redux, NeurIPS 2021.
    """
    for name, value in (("prior_precision", prior_precision), ("noise", noise)):
        if value is not None and value <= 0:
            raise ValueError(f"{name} must be a number above 0, got {value:g}")
    if likelihood == "classification":
        if noise is not None:
            raise ValueError(f"noise must be None for a classification, got {noise:g}")
        noise = 1.0
    check_finite_inputs(x)
    with torch.inference_mode(False), torch.no_grad():
        if structure == "diagonal":
            return _diagonal(model, x, y, likelihood, prior_precision, noise)
        return _last_layer(model, x, y, likelihood, prior_precision, noise, head)


def _last_layer(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    kind: Likelihood,
    prior_precision: float | None,
    noise: float | None,
    name: str | None,
) -> LastLayerLaplace:
    head = find_head(replicate(model).model, x, name)
    if head.weights.numel() > _MOST:
        raise ValueError(
            f"model must have at most {_MOST:,} weights in its last layer for a full covariance, "
            f"got {head.weights.numel():,}; use structure='diagonal'"
        )
    features = head.features(x)
    outputs = features @ head.weights.T
    targets = check_targets(outputs, y, kind)
    curvature = last_layer_curvature(features, output_roots(outputs, kind))
    values = torch.linalg.eigvalsh(curvature)
    found = _evidence(
        values.clamp_min(0.0), head.weights, outputs, targets, kind, prior_precision, noise
    )
    precision = curvature / found.noise**2
    precision.diagonal().add_(found.prior_precision)
    return LastLayerLaplace(head, head.weights, torch.linalg.cholesky(precision), found)


def _diagonal(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    kind: Likelihood,
    prior_precision: float | None,
    noise: float | None,
) -> DiagonalLaplace:
    rows = weight_rows(model)
    wide = x.double() if x.is_floating_point() else x
    outputs = rows.of_model(x)
    targets = check_targets(outputs, y, kind)
    curvature = diagonal_curvature(rows, wide, output_roots(outputs, kind))
    found = _evidence(curvature, rows.start, outputs, targets, kind, prior_precision, noise)
    precision = curvature / found.noise**2 + found.prior_precision
    return DiagonalLaplace(rows, 1.0 / precision, found)


def _evidence(
    curvature: Tensor,
    weights: Tensor,
    outputs: Tensor,
    targets: Tensor,
    kind: Likelihood,
    prior_precision: float | None,
    noise: float | None,
) -> Evidence:
    fit = float(log_likelihood(outputs, targets, kind, 1.0))
    regression = kind == "regression"
    return maximise_evidence(
        curvature,
        float(weights.square().sum()),
        log_likelihood=0.0 if regression else fit,
        squared_error=-2.0 * fit if regression else None,
        count=targets.numel(),
        prior_precision=prior_precision,
        noise=noise,
    )
