"""The generalised Gauss-Newton matrix of a likelihood.

With the Jacobian J of the outputs with respect to the weights and the Hessian L of the negative
log-likelihood with respect to the outputs, it is G = sum over examples of J' L J: the Hessian of
the loss where the network is linear in its weights. L is positive semidefinite, so G is too.

Source: Martens, New insights and perspectives on the natural gradient method, JMLR 21, 2020.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.func import grad, vmap

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.rows import Likelihood, WeightRows

__all__ = ["diagonal_curvature", "last_layer_curvature", "output_roots"]

#: Gradient elements held at a time.
_ELEMENTS = 1 << 24


def output_roots(outputs: Tensor, kind: Likelihood) -> Tensor:
    """Return R (N, K, R) with L = R R' for each example; a regression's for noise 1.

    The categorical likelihood has L = diag(p) - p p', with R = diag(sqrt p) - p sqrt(p)'. One logit
    has L = p (1 - p).
    """
    outputs = outputs[:, None] if outputs.ndim == 1 else outputs
    if kind == "regression":
        identity = torch.eye(outputs.shape[1], dtype=outputs.dtype, device=outputs.device)
        return identity.expand(len(outputs), -1, -1)
    if outputs.shape[1] == 1:
        p = outputs.sigmoid()
        return (p * (1.0 - p)).sqrt()[:, :, None]
    p = outputs.softmax(1)
    root = p.sqrt()
    return torch.diag_embed(root) - p[:, :, None] * root[:, None, :]


def last_layer_curvature(features: Tensor, roots: Tensor) -> Tensor:
    """Return G (K F, K F) over the weights of a linear layer, output by output.

    Args:
        features: (N, F) inputs of the layer; with a bias, the last one is 1.
        roots: (N, K, R) from `output_roots`.
    """
    width, outputs = features.shape[1], roots.shape[1]
    total = features.new_zeros(outputs * width, outputs * width)
    size = max(1, _ELEMENTS // (outputs * width * roots.shape[2]))
    for part, root in zip(torch.split(features, size), torch.split(roots, size), strict=True):
        # Rows are the gradients of the examples' outputs, weighted by a column of R.
        rows = torch.einsum("nf,nkr->nrkf", part, root).flatten(2).flatten(0, 1)
        total += rows.T @ rows
    return total


def diagonal_curvature(model: WeightRows, x: Tensor, roots: Tensor) -> Tensor:
    """Return the diagonal (D,) of G over all weights: squared gradients of each example."""

    def weighted(row: Tensor, one: Tensor, root: Tensor) -> Tensor:
        outputs = model.one(row, one[None])
        return (outputs.flatten() * root).sum()

    each = vmap(grad(weighted), in_dims=(None, 0, 0))
    total = torch.zeros_like(model.start)
    size = max(1, _ELEMENTS // len(model.start))
    for column in range(roots.shape[2]):
        pieces = zip(torch.split(x, size), torch.split(roots[:, :, column], size), strict=True)
        for part, root in pieces:
            total += each(model.start, part, root).square().sum(0)
    return total
