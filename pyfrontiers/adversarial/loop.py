"""The optimisation loop that all gradient attacks share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.adversarial.evaluation import Evaluation, check_finite, gradient_of, largest
from pyfrontiers.adversarial.losses import Loss, unsaturated
from pyfrontiers.adversarial.model_output import Model, predicted
from pyfrontiers.adversarial.result import StepReport
from pyfrontiers.adversarial.smoothing import smoothed

if TYPE_CHECKING:
    from pyfrontiers.adversarial.expectation import Expectation
    from pyfrontiers.adversarial.norms import Norm
    from pyfrontiers.adversarial.threat import Limits
    from pyfrontiers.adversarial.trace import Trace
    from pyfrontiers.training.checkpoint import Saver

__all__ = ["Callback", "Pace", "Search", "descend", "mean_size"]

Callback = Callable[[StepReport], object]
"""Called after each step; an exception raised in it ends the attack."""


@dataclass(frozen=True, slots=True)
class Search:
    """The attack problem: everything that stays fixed while the loop runs.

    `expectation` is the mean over views that replaces the loss of the samples themselves, or None.
    """

    model: Model
    objective: Loss
    norm: Norm
    origin: Tensor
    classes: Tensor
    limits: Limits
    targeted: bool
    expectation: Expectation | None = None

    def fooled(self, answer: Evaluation, rows: Tensor) -> Tensor:
        """Return which of the samples at positions (M,) are predicted as the attack wants.

        With views, all of them must be.
        """
        if answer.hits is not None:
            return answer.valid & (answer.hits == float(self.targeted))
        hit = answer.predictions == self.classes[rows]
        return (hit == self.targeted) & answer.valid

    def evaluate(
        self, iterate: Tensor, rows: Tensor, step: int, *, differentiate: bool
    ) -> Evaluation:
        """Evaluate the model at the iterates of some samples.

        Args:
            iterate: current points (M, ...) of the samples.
            rows: positions (M,) of the samples in the batch.
            step: steps taken so far.
            differentiate: whether to compute the gradient of the loss.
        """
        if self.expectation is not None:
            return self.expectation.evaluate(self, iterate, rows, step, differentiate=differentiate)
        classes = self.classes[rows]
        with torch.set_grad_enabled(differentiate):
            leaf = iterate.detach().requires_grad_(differentiate)
            logits = self.model(leaf, classes)
            losses = self.objective(logits, classes)
            gradient = None
            if differentiate:
                gradient = gradient_of(unsaturated(self.objective, losses, logits, classes), leaf)
        chosen = logits.detach().softmax(dim=1).gather(1, classes[:, None]).squeeze(1)
        # One NaN, or infinity as the largest logit, makes the whole row of the softmax NaN.
        valid = ~chosen.isnan()
        all_valid = bool(valid.all())
        predictions = logits.detach().argmax(dim=1) if all_valid else predicted(logits, valid)
        steepest = None if gradient is None else largest(gradient)
        if steepest is not None:
            check_finite(steepest if all_valid else steepest[valid])
        return Evaluation(
            losses.detach(), chosen, predictions, valid, all_valid, gradient, steepest
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """How steps follow from gradients.

    Attributes:
        momentum: share of the past directions that a step keeps.
        final: size of the last step as a share of the first; the size falls linearly.
        smoothing: standard deviation, in pixels, of a Gaussian that smooths the gradients.
    """

    momentum: float = 0.0
    final: float = 1.0
    smoothing: float = 0.0

    def direction(self, trace: Trace, rows: Tensor, gradient: Tensor) -> Tensor:
        """Return v <- momentum v + g / mean |g| for the samples at positions (M,)."""
        gradient = smoothed(gradient, self.smoothing)
        if self.momentum == 0:
            return gradient
        size = mean_size(gradient).clamp_min(torch.finfo(gradient.dtype).tiny)
        unit = gradient / size.reshape(-1, *(1,) * (gradient.ndim - 1))
        if trace.velocity is None:
            trace.velocity = torch.zeros_like(trace.iterate, dtype=gradient.dtype)
        whole = trace.is_whole(rows)
        velocity = trace.velocity if whole else trace.velocity[rows]
        velocity.mul_(self.momentum).add_(unit)
        if not whole:
            trace.velocity[rows] = velocity
        return velocity

    def limits(self, limits: Limits, step: int, count: int) -> Limits:
        """Return the limits with the size of step number `step` of `count`."""
        if self.final == 1 or count == 1:
            return limits
        share = 1 - (1 - self.final) * step / (count - 1)
        return replace(limits, step=limits.step * share)


def mean_size(gradient: Tensor) -> Tensor:
    """Return mean |g| (M,) of gradients (M, ...), with the same bits for any number of threads.

    torch divides a sum with one result among its threads, and one with two results by result.
    """
    rows = gradient.flatten(1)
    count, size = rows.shape
    if size % 2:
        rows = F.pad(rows, (0, 1))
    halves = rows.reshape(count, 2, (size + 1) // 2)
    return halves.abs().sum(dim=2).sum(dim=1) / size


def descend(
    search: Search,
    trace: Trace,
    *,
    keep_going: bool,
    callback: Callback | None,
    pace: Pace,
    saver: Saver,
) -> None:
    """Run the loop: evaluate, drop samples that fool the model, step along the gradient.

    Args:
        search: the attack problem.
        trace: updated in place; the loop starts at its step and with its rows.
        keep_going: whether to keep samples that already fool the model.
        callback: called with a `StepReport` at the start and after each step, or None.
        pace: the direction and size of the steps.
        saver: saves the trace after steps.
    """
    while trace.step <= trace.count and len(trace.rows):
        rows, step = trace.rows, trace.step
        whole, iterate = trace.is_whole(rows), trace.at(rows)
        answer = search.evaluate(iterate, rows, step, differentiate=step < trace.count)
        trace.record(step, rows, answer)
        if callback is not None:
            seen = (answer.losses, answer.probabilities, answer.predictions)
            callback(StepReport(step, trace.count, rows, iterate, *seen))
        gradient = answer.gradient
        if gradient is None:
            return
        stay = answer.valid if keep_going else answer.valid & ~search.fooled(answer, rows)
        if not (keep_going and answer.all_valid) and not stay.all():
            rows, iterate, gradient, whole = rows[stay], iterate[stay], gradient[stay], False
        if len(rows):
            limits = pace.limits(search.limits, step, trace.count)
            moved = search.norm.step(
                iterate,
                pace.direction(trace, rows, gradient),
                search.origin if whole else search.origin[rows],
                limits if whole else limits.select(rows),
                ascend=not search.targeted,
            )
            trace.move(rows, moved)
        trace.rows, trace.step = rows, step + 1
        saver.save(last=False)
