"""The progress report and the result of an attack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.one_line import one_line

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial.held_out import HeldOut

__all__ = ["AttackResult", "StepReport"]


@dataclass(frozen=True, eq=False)
class StepReport:
    """The state of an attack that its callback receives; treat the tensors as read-only.

    With views, losses and probabilities are means over the step's views, and a prediction is the
    most frequent one.

    Attributes:
        step: steps taken so far, 0 at the start.
        steps: maximum number of steps.
        rows: positions (M,) in the batch of the samples still under attack.
        iterate: current points of these samples, (M, ...).
        losses: loss of each, (M,).
        probabilities: probability of class y for each, (M,).
        predictions: predicted class of each, (M,).
    """

    step: int
    steps: int
    rows: Tensor
    iterate: Tensor
    losses: Tensor
    probabilities: Tensor
    predictions: Tensor
    __repr__ = one_line


@dataclass(frozen=True, eq=False)
class AttackResult:
    """The outcome of an attack on a batch of N samples.

    With views, the rows of `losses` and `probabilities` are means over each step's views, and
    `success` and the predictions come from held-out views alone: a sample is a success if more than
    half of them fool the model, and a prediction is the most frequent one.

    Attributes:
        adversarial: the adversarial samples, with the shape and dtype of x.
        success: (N,) bool; whether `adversarial` is not predicted as y or, if targeted, is. False
            where its logits are NaN or infinite.
        losses: (steps + 1, N); row k is the loss after k steps, NaN once a sample has stopped.
        probabilities: (steps + 1, N); row k is the probability of y after k steps, NaN likewise.
        linf: (N,) L-infinity norm of the perturbation, float64.
        l2: (N,) L2 norm of the perturbation, float64.
        l1: (N,) L1 norm of the perturbation, float64.
        steps: (N,) steps taken by each sample.
        queries: (N,) gradient evaluations of each sample.
        predictions_before: (N,) predicted class of x, -1 where its logits are NaN or infinite.
        predictions_after: (N,) predicted class of `adversarial`, -1 likewise.
        vanished: (N,) how many of the queries gave a gradient of exactly zero, along which no
            attack can move. Where a sample is not fooled and its gradients vanished, "not fooled"
            says little about the model.
        invalid: (N,) bool; whether the logits were NaN or infinite at x or on the way. Such a
            sample stops there and does not count as a success.
        held_out: the samples under held-out views; None for an attack without views.
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
    vanished: Tensor
    invalid: Tensor
    held_out: HeldOut | None = None
    __repr__ = one_line
