"""The span of the examples: only there do they change the posterior of a linear head."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["PRIOR_VARIANCE", "divided", "span_of"]

#: Prior variance of a weight. The log-odds of two classes are the difference of two logits, so
#: their prior variance is |phi|^2.
PRIOR_VARIANCE = 0.5


def span_of(phi: Tensor) -> tuple[Tensor, Tensor]:
    """Return an orthonormal basis (D, r) of the rows of phi, and their coordinates (n, r)."""
    if len(phi) >= phi.shape[1]:
        return torch.eye(phi.shape[1], dtype=phi.dtype, device=phi.device), phi
    values, vectors = torch.linalg.eigh(phi @ phi.T)
    kept = values > values[-1] * 1e-12
    lengths = values[kept].sqrt()
    return phi.T @ (vectors[:, kept] / lengths), vectors[:, kept] * lengths


def divided(phi: Tensor, basis: Tensor) -> tuple[Tensor, Tensor]:
    """Return the coordinates (N, r) of inputs in a basis, and the squared length (N,) of the rest.

    Weights outside the span have their prior, so the rest adds to every logit a normal number of
    variance `PRIOR_VARIANCE` times this length.
    """
    z = phi @ basis
    return z, (phi.square().sum(1) - z.square().sum(1)).clamp_min(0.0)
