"""The optimisation loop that all gradient attacks share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.adversarial.evaluation import Evaluation, check_finite, gradient_of, largest
from pyfrontiers.adversarial.losses import Loss, unsaturated
from pyfrontiers.adversarial.model_output import Model, predicted
from pyfrontiers.adversarial.result import StepReport

if TYPE_CHECKING:
    from pyfrontiers.adversarial.expectation import Expectation
    from pyfrontiers.adversarial.norms import Norm
    from pyfrontiers.adversarial.threat import Limits

__all__ = ["Callback", "Search", "Trace", "descend"]

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


@dataclass(slots=True)
class Trace:
    """The mutable state of the loop: the iterates and the history of each sample.

    While every sample is under attack, callbacks get the iterates without a copy. A step then
    allocates new ones, so that a tensor kept by a callback never changes.

    Attributes:
        count: maximum number of steps T.
        iterate: current points (N, ...).
        losses: (T + 1, N) loss after each number of steps, NaN where not evaluated.
        probabilities: (T + 1, N) probability of y, NaN likewise.
        taken: (N,) steps that each sample took.
        queries: (N,) gradient evaluations of each sample.
        vanished: (N,) how many of these gave a gradient of exactly zero.
        invalid: (N,) bool; whether the logits were NaN or infinite at some point.
        shared: whether a callback may hold `iterate`, which must then not be written to.
    """

    count: int
    iterate: Tensor
    losses: Tensor
    probabilities: Tensor
    taken: Tensor
    queries: Tensor
    vanished: Tensor
    invalid: Tensor
    shared: bool = False

    @classmethod
    def of(cls, origin: Tensor, first: Tensor, rows: Tensor, count: int) -> Trace:
        """Start a trace with `rows` at `first` and all other samples at `origin`."""
        iterate = origin.clone()
        iterate[rows] = first[rows]
        device, size = origin.device, len(origin)
        empty = torch.full((count + 1, size), torch.nan, dtype=torch.float32, device=device)
        taken = torch.zeros(size, dtype=torch.long, device=device)
        invalid = torch.zeros(size, dtype=torch.bool, device=device)
        counts = (taken, taken.clone(), taken.clone())
        return cls(count, iterate, empty, empty.clone(), *counts, invalid)

    def record(self, step: int, rows: Tensor, answer: Evaluation) -> None:
        """Record the model's answer for `rows` after `step` steps."""
        self.losses[step, rows] = answer.losses.float()
        self.probabilities[step, rows] = answer.probabilities.float()
        if not answer.all_valid:
            self.invalid[rows[~answer.valid]] = True
        if answer.steepest is not None:
            self.queries[rows] += 1
            vanished = answer.steepest == 0
            if vanished.any():
                self.vanished[rows[vanished]] += 1

    def is_whole(self, rows: Tensor) -> bool:
        """Return whether `rows` is every sample, in order; rows are only ever removed."""
        return len(rows) == len(self.iterate)

    def at(self, rows: Tensor) -> Tensor:
        """Return the iterates of `rows`."""
        if not self.is_whole(rows):
            return self.iterate[rows]
        self.shared = True
        return self.iterate

    def move(self, rows: Tensor, moved: Tensor) -> None:
        """Set the iterates of `rows` to `moved` and count one step for each."""
        if self.is_whole(rows):
            self.iterate = moved
        else:
            self.iterate = self.iterate.clone() if self.shared else self.iterate
            self.iterate[rows] = moved
        self.shared = False
        self.taken[rows] += 1


def descend(
    search: Search,
    trace: Trace,
    rows: Tensor,
    *,
    keep_going: bool,
    callback: Callback | None,
) -> None:
    """Run the loop: evaluate, drop samples that fool the model, step along the gradient.

    Args:
        search: the attack problem.
        trace: updated in place.
        rows: positions (M,) of the samples to attack.
        keep_going: whether to keep samples that already fool the model.
        callback: called with a `StepReport` at the start and after each step, or None.
    """
    for step in range(trace.count + 1):
        if not len(rows):
            return
        whole, iterate = trace.is_whole(rows), trace.at(rows)
        answer = search.evaluate(iterate, rows, step, differentiate=step < trace.count)
        trace.record(step, rows, answer)
        if callback is not None:
            callback(
                StepReport(
                    step,
                    trace.count,
                    rows,
                    iterate,
                    answer.losses,
                    answer.probabilities,
                    answer.predictions,
                )
            )
        gradient = answer.gradient
        if gradient is None:
            return
        stay = answer.valid if keep_going else answer.valid & ~search.fooled(answer, rows)
        if not (keep_going and answer.all_valid) and not stay.all():
            rows, iterate, gradient, whole = rows[stay], iterate[stay], gradient[stay], False
        if len(rows):
            moved = search.norm.step(
                iterate,
                gradient,
                search.origin if whole else search.origin[rows],
                search.limits if whole else search.limits.select(rows),
                ascend=not search.targeted,
            )
            trace.move(rows, moved)
