"""A softmax head with a Gaussian approximation of its posterior, exact at the optimum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Integers, Sample, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.uncertainty.head.gaussian import factor_of, normal_rows
from pyfrontiers.uncertainty.head.inputs import HeadInputs, Scale, examples_of
from pyfrontiers.uncertainty.head.newton import Optimum, maximise_posterior
from pyfrontiers.uncertainty.head.span import PRIOR_VARIANCE, divided, span_of
from pyfrontiers.uncertainty.passes import check_numbers

__all__ = ["BayesianHead", "fit_head"]

# Streams of a seed: noise of the logits of a pass, and of the weights within and outside the span.
_LOGITS, _WITHIN, _OUTSIDE = range(3)
#: Logits that are held at a time.
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BayesianHead:
    """The posterior of a softmax head by Laplace's method, with its full covariance.

    The head maps inputs phi (D + 1) to logits W' phi with prior N(0, 1/2) on every weight. Weights
    outside the span of the n examples do not change the likelihood, so there the posterior is the
    prior, and within it r <= n coordinates per class suffice: r K numbers instead of (D + 1) K.

    The logits of an image are exactly Gaussian under this posterior, so drawing the head and
    drawing its K logits are the same. A pass draws K normal numbers and uses them for every image
    of the batch: the distribution of each image is exact, while the joint distribution of several
    images is not that of one drawn head. `weights` draws whole heads.

    Attributes:
        inputs: from features to phi.
        basis: (D + 1, r) orthonormal basis of the span of the examples.
        mean: (r, K) most probable weights in that basis.
        covariance: (K, r, K, r) covariance of the weights in that basis.
        steps: Newton steps that the fit took.

    Source:
        MacKay, The evidence framework applied to classification networks, Neural Computation 4
        (1992); Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), sec. 3.5.
    """

    inputs: HeadInputs
    basis: Tensor
    mean: Tensor
    covariance: Tensor
    steps: int

    @property
    def classes(self) -> int:
        """Number of classes K."""
        return self.mean.shape[1]

    def logits(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the Gaussian of the logits.

        Args:
            features: (N, D).

        Returns:
            Mean (N, K) and covariance (N, K, K), float64.

        Raises:
            ValueError: the features have another length, or are not finite.
        """
        z, outside = divided(self.inputs(features), self.basis)
        # Two products instead of an einsum, which would plan for longer than it computes.
        half = (z @ self.covariance.flatten(2)).reshape(self.classes, len(z), self.classes, -1)
        covariance = (half * z[:, None, :]).sum(-1).transpose(0, 1)
        covariance.diagonal(dim1=1, dim2=2).add_(PRIOR_VARIANCE * outside[:, None])
        return z @ self.mean, covariance

    @checked
    def sample(
        self,
        x: Annotated[Tensor, Floats("N>0", "D")],
        samples: Count,
        *,
        seed: Seed = 0,
        first_sample: Sample = 0,
    ) -> Iterator[Tensor]:
        """Yield logits (t, N, K) of drawn heads, as `Posterior` wants it.

        Args:
            x: (N, D) features.
            samples: number of draws.
            seed: 64-bit seed; draw number s is a function of (seed, s) alone.
            first_sample: number of the first draw.
        """
        check_numbers(samples, first_sample)
        mean, covariance = self.logits(x)
        factor = factor_of(covariance)
        size = max(1, _CHUNK // mean.numel())
        for first in range(first_sample, first_sample + samples, size):
            count = min(size, first_sample + samples - first)
            noise = normal_rows(count, self.classes, fold_in(seed, _LOGITS), first)
            yield (noise @ factor.mT).transpose(0, 1).add_(mean).to(x.dtype)

    @checked
    def weights(self, samples: Count, *, seed: Seed = 0, first_sample: Sample = 0) -> Tensor:
        """Draw whole heads from the posterior.

        Args:
            samples: number of heads S.
            seed: 64-bit seed; head number s is a function of (seed, s) alone.
            first_sample: number of the first head.

        Returns:
            Weights (S, D + 1, K), float64; ``inputs(features) @ weights[s]`` are the logits of head
            s.
        """
        rank, classes = self.mean.shape
        flat = self.covariance.reshape(classes * rank, classes * rank)
        noise = normal_rows(samples, len(flat), fold_in(seed, _WITHIN), first_sample)
        within = (noise @ factor_of(flat).T).reshape(samples, classes, rank).mT + self.mean
        size = len(self.basis)
        free = normal_rows(samples, size * classes, fold_in(seed, _OUTSIDE), first_sample)
        free = free.reshape(samples, size, classes) * PRIOR_VARIANCE**0.5
        heads: Tensor = self.basis @ within + free - self.basis @ (self.basis.T @ free)
        return heads


@checked
def fit_head(
    features: Annotated[Tensor, Floats("N>0", "D>0")],
    labels: Annotated[Tensor, Integers("N>0")],
    *,
    scale: Scale = 6.0,
    classes: Count | None = None,
) -> BayesianHead:
    """Fit a Bayesian softmax head.

    Newton's method finds the exact optimum of the log-posterior, which is concave; the inverse of
    its Hessian there is the covariance.

    Args:
        features: (n, D) features of the examples.
        labels: (n,) their classes, 0 to K - 1.
        scale: prior standard deviation of the log-odds of two classes for a typical example, above
            0. A larger one trusts the examples more and doubts strangers more.
        classes: number of classes K. Default: one more than the largest label.

    Returns:
        The posterior.

    Raises:
        ValueError: there are examples of one class only, a label is out of range, a feature is
            not finite, or there are more than 8,192 coordinates (examples times classes).
    """
    inputs, phi, targets = examples_of(features, labels, scale, classes)
    basis, coordinates = span_of(phi)
    found: Optimum = maximise_posterior(coordinates, targets, 1 / PRIOR_VARIANCE)
    rank, count = coordinates.shape[1], targets.shape[1]
    covariance = torch.cholesky_inverse(found.factor).reshape(count, rank, count, rank)
    return BayesianHead(inputs, basis, found.weights, covariance, found.steps)
