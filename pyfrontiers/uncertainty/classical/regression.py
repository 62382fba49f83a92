"""Bayesian linear regression in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked
from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LinearPosterior", "bayesian_regression"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearPosterior:
    """The normal posterior over the weights of a linear regression.

    Attributes:
        mean: (F,) float64.
        covariance: (F, F) float64.
        noise: standard deviation of an observation.
        log_evidence: log p(y | x).
    """

    mean: Tensor
    covariance: Tensor
    noise: float
    log_evidence: float
    __repr__ = one_line

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and variance (N,) of the regression function at features (N, F)."""
        wide = x.double()
        return wide @ self.mean, torch.einsum("nf,fg,ng->n", wide, self.covariance, wide)

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield values (1, N, 1) of regression functions drawn from the posterior."""
        root = torch.linalg.cholesky(self.covariance)
        for number in range(first_sample, first_sample + samples):
            noise = normal((len(self.mean),), seed=fold_in(seed, number), dtype=torch.float64)
            weights = self.mean + root @ noise
            yield (x.double() @ weights).to(x.dtype)[None, :, None]


@checked
def bayesian_regression(
    x: Annotated[Tensor, Floats("N>0", "F>0")],
    y: Annotated[Tensor, Floats("N")],
    *,
    prior_precision: float = 1.0,
    noise: float = 1.0,
) -> LinearPosterior:
    """Return the exact posterior of y = x w + noise z with the prior w ~ Normal(0, I / a).

    Args:
        x: (N, F) features.
        y: (N,) values.
        prior_precision: a > 0.
        noise: standard deviation of the observations, above 0.

    Raises:
        ValueError: a number is not above 0, or a value is not finite.

    Source:
        Bishop, Pattern Recognition and Machine Learning, 2006, sec. 3.3 and 3.5.
    """
    for name, value in (("prior_precision", prior_precision), ("noise", noise)):
        if value <= 0:
            raise ValueError(f"{name} must be a number above 0, got {value:g}")
    for name, tensor in (("x", x), ("y", y)):
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name} must hold finite numbers, got NaN or infinity")
    features, targets = x.double(), y.double()
    precision = features.T @ features / noise**2
    precision.diagonal().add_(prior_precision)
    root = torch.linalg.cholesky(precision)
    mean = torch.cholesky_solve((features.T @ targets)[:, None] / noise**2, root)[:, 0]
    error = (targets - features @ mean).square().sum() / noise**2
    penalty = prior_precision * mean.square().sum()
    log_evidence = -0.5 * float(error + penalty) - float(root.diagonal().log().sum())
    log_evidence += 0.5 * len(mean) * math.log(prior_precision)
    log_evidence -= len(targets) * (math.log(noise) + 0.5 * math.log(2.0 * math.pi))
    return LinearPosterior(mean, torch.cholesky_inverse(root), noise, log_evidence)
