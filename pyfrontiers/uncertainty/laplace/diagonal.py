"""Laplace over all weights of a model, with a diagonal covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfrontiers.uncertainty.laplace.evidence import Evidence
    from pyfrontiers.uncertainty.rows import WeightRows

__all__ = ["DiagonalLaplace"]


@dataclass(frozen=True, slots=True, eq=False)
class DiagonalLaplace:
    """Independent normal distributions over all weights, around those of the model.

    Attributes:
        rows: turns rows of weights into outputs.
        variances: (D,) variances of the weights.
        evidence: prior precision, noise and log evidence.
    """

    rows: WeightRows
    variances: Tensor
    evidence: Evidence
    __repr__ = one_line

    @property
    def mean(self) -> Tensor:
        """(D,) weights of the model."""
        return self.rows.start

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield the outputs (t, N, K, ...) of networks drawn from the posterior.

        Pass s uses the normal numbers of ``fold_in(seed, s)``.
        """
        scale = self.variances.sqrt()

        def row(number: int) -> Tensor:
            noise = normal((len(scale),), seed=fold_in(seed, number), dtype=torch.float64)
            return torch.addcmul(self.mean, scale, noise.to(scale.device))

        yield from self.rows.passes(row, x, samples, first_sample)
