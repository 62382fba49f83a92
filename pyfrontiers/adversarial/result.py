"""What an attack tells while it runs and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["AttackResult", "StepReport"]


@dataclass(frozen=True, eq=False)
class StepReport:
    """The state after some steps, given to the callback; its tensors are read, never written.

    Attributes:
        step: steps taken so far, 0 at the start.
        steps: steps at most.
        rows: positions (M,) in the batch of the samples that were still attacked.
        iterate: these samples as they are now, (M, ...).
        losses: loss of each, (M,).
        probabilities: probability of the class y of each, (M,).
        predictions: predicted class of each, (M,).
    """

    step: int
    steps: int
    rows: Tensor
    iterate: Tensor
    losses: Tensor
    probabilities: Tensor
    predictions: Tensor


@dataclass(frozen=True, eq=False)
class AttackResult:
    """The outcome of an attack on a batch of N samples.

    Attributes:
        adversarial: the attacked samples, shape and dtype of x.
        success: (N,) bool; untargeted: no longer predicted as y; targeted: predicted as y.
        losses: (steps + 1, N); row k is the loss after k steps, NaN once a sample has left.
        probabilities: (steps + 1, N); the probability of y after k steps, NaN likewise.
        linf: (N,) largest change of one component, float64.
        l2: (N,) Euclidean length of the change, float64.
        l1: (N,) sum of the magnitudes of the change, float64.
        steps: (N,) steps that each sample took.
        queries: (N,) gradient evaluations that each sample cost.
        predictions_before: (N,) class predicted for x.
        predictions_after: (N,) class predicted for `adversarial`.
    """

    adversarial: Tensor
    success: Tensor
    losses: Tensor
    probabilities: Tensor
    linf: Tensor
    l2: Tensor
    l1: Tensor
    steps: Tensor
    queries: Tensor
    predictions_before: Tensor
    predictions_after: Tensor
