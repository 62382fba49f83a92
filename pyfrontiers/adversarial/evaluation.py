"""The model's output at the current points of an attack, and the gradient of the loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Evaluation", "check_finite", "gradient_of", "largest"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The model's output for M samples, and the gradient of their loss.

    With views, losses and probabilities are means over a step's views, and the prediction is the
    most frequent one.

    Attributes:
        losses: (M,).
        probabilities: (M,) probability of y.
        predictions: (M,) predicted class, `NO_CLASS` where not `valid`.
        valid: (M,) bool; whether the logits define probabilities.
        all_valid: whether all do, the usual case.
        gradient: (M, ...), or None.
        steepest: (M,) L-infinity norm of the gradient, or None.
        hits: (M,) share of the views predicted as y, or None without views.
    """

    losses: Tensor
    probabilities: Tensor
    predictions: Tensor
    valid: Tensor
    all_valid: bool
    gradient: Tensor | None = None
    steepest: Tensor | None = None
    hits: Tensor | None = None


def gradient_of(losses: Tensor, leaf: Tensor, *, through: str = "model") -> Tensor:
    """Return the gradient of the sum of the losses.

    Args:
        losses: a tensor of any shape.
        leaf: the tensor whose gradient is computed.
        through: names of the arguments through which the losses depend on the leaf, for the error.
    """
    try:
        (gradient,) = torch.autograd.grad(losses.sum(), leaf, allow_unused=True)
    except RuntimeError:
        if losses.requires_grad:
            raise
        gradient = None
    if gradient is None:
        raise ValueError(
            f"{through} must depend on x through differentiable operations, got an output without "
            "a gradient"
        )
    return gradient


def largest(gradient: Tensor) -> Tensor:
    """Return max |g| of each sample, NaN if one element is NaN."""
    if not gradient.numel():
        return gradient.new_zeros(len(gradient))
    # vector_norm with ord=inf takes ten times as long.
    rows = gradient.flatten(1)
    return torch.maximum(rows.amax(dim=1), -rows.amin(dim=1))


def check_finite(steepest: Tensor) -> None:
    """Raise a ValueError unless the largest elements (M,) of all gradients are finite."""
    if not torch.isfinite(steepest).all():
        raise ValueError(
            "model must have a finite gradient, got NaN or infinity in the gradient of the loss; "
            "check the model's weights and the scale of its input"
        )
