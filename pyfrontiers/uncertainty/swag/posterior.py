"""The normal distribution of SWAG, and passes with its draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels import fold_in
from pyfrontiers.one_line import one_line
from pyfrontiers.uncertainty.free_weights import gaussian
from pyfrontiers.uncertainty.networks import Network, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfrontiers.uncertainty.swag.statistics import Statistics

_DIAGONAL, _LOW_RANK = range(2)  # uses of a draw's seed


@dataclass(frozen=True, slots=True)
class SWAG:
    """A normal distribution over the weights, with a diagonal and a low-rank part.

    With mean m, variances d and K deviations D_k of the weights along the trajectory,

        w = m + sqrt(scale) (sqrt(d / 2) z + sum_k D_k u_k / sqrt(2 (K - 1))),   z, u ~ N(0, 1).

    Attributes:
        mean: (P,) mean of the weights, in the order of `names`.
        variance: (P,) their variances.
        deviations: (K, P) the last deviations from the running mean.
        scale: factor of the covariance; 0 gives stochastic weight averaging.
        names: names of the weights.
        network: the network.
        statistics: recomputes the statistics of batch normalisation for a draw, or None.

    Source:
        Maddox et al., A Simple Baseline for Bayesian Uncertainty in Deep Learning, NeurIPS 2019,
        sec. 3.3.
    """

    mean: Tensor
    variance: Tensor
    deviations: Tensor
    scale: float
    names: tuple[str, ...]
    network: Network
    statistics: Statistics | None = None
    __repr__ = one_line

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...); see `Posterior.sample`.

        A model with batch normalisation reads its training data once for each pass.
        """

        def draw(first: int, count: int) -> Weights:
            draws = [self.weights(seed, first + t) for t in range(count)]
            return {name: torch.stack([each[name] for each in draws]) for name in draws[0]}

        return self.network.stream(x, draw, samples, seed=seed, first_sample=first_sample)

    def vector(self, seed: int, number: int) -> Tensor:
        """Return draw `number`, all weights in one vector (P,)."""
        seed = fold_in(seed, number)
        z = gaussian(self.mean, fold_in(seed, _DIAGONAL))
        vector = (self.variance / 2).sqrt() * z
        if len(self.deviations) > 1:
            u = gaussian(self.deviations[:, 0], fold_in(seed, _LOW_RANK))
            vector = vector + u @ self.deviations / math.sqrt(2 * (len(self.deviations) - 1))
        return self.mean + math.sqrt(self.scale) * vector

    def weights(self, seed: int, number: int) -> Weights:
        """Return draw `number` by name, with the statistics of batch normalisation."""
        vector, found, start = self.vector(seed, number), Weights(), 0
        for name in self.names:
            like = self.network.weights[name]
            part = vector[start : start + like.numel()]
            found[name] = part.reshape(like.shape).to(like.dtype)
            start += like.numel()
        return found if self.statistics is None else found | self.statistics.recomputed(found)
