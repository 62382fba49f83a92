"""The optimisation loop that all gradient attacks share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.adversarial.result import StepReport

if TYPE_CHECKING:
    from pyfrontiers.adversarial.losses import Loss
    from pyfrontiers.adversarial.norms import Norm
    from pyfrontiers.adversarial.threat import Limits

__all__ = ["Callback", "Search", "Trace", "class_logits", "descend"]

Callback = Callable[[StepReport], object]
"""Called after each step; an exception raised in it ends the attack."""


@dataclass(frozen=True, slots=True)
class Search:
    """The attack problem: everything that stays fixed while the loop runs."""

    model: Callable[[Tensor], Tensor]
    objective: Loss
    norm: Norm
    origin: Tensor
    classes: Tensor
    limits: Limits
    targeted: bool

    def evaluate(
        self, iterate: Tensor, rows: Tensor, *, differentiate: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Evaluate the model at the iterates of some samples.

        Args:
            iterate: current points (M, ...) of the samples.
            rows: positions (M,) of the samples in the batch.
            differentiate: whether to compute the gradient of the loss.

        Returns:
            Loss (M,), probability of y (M,), predicted class (M,), and the gradient (M, ...) of
            the loss or None.
        """
        classes = self.classes[rows]
        with torch.set_grad_enabled(differentiate):
            # Autograd stops a model from writing to a leaf in place; without gradients, copy.
            leaf = iterate.detach().requires_grad_() if differentiate else iterate.clone()
            logits = class_logits(self.model, leaf, classes)
            losses = self.objective(logits, classes)
            gradient = _gradient(losses, leaf) if differentiate else None
        chosen = logits.detach().softmax(dim=1).gather(1, classes[:, None]).squeeze(1)
        return losses.detach(), chosen, logits.argmax(dim=1), gradient


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
        shared: whether a callback may hold `iterate`, which must then not be written to.
    """

    count: int
    iterate: Tensor
    losses: Tensor
    probabilities: Tensor
    taken: Tensor
    queries: Tensor
    shared: bool = False

    @classmethod
    def of(cls, origin: Tensor, first: Tensor, rows: Tensor, count: int) -> Trace:
        """Start a trace with `rows` at `first` and all other samples at `origin`."""
        iterate = origin.clone()
        iterate[rows] = first[rows]
        empty = torch.full((count + 1, len(origin)), torch.nan, device=origin.device)
        taken = torch.zeros(len(origin), dtype=torch.long, device=origin.device)
        return cls(count, iterate, empty, empty.clone(), taken, taken.clone())

    def record(self, step: int, rows: Tensor, losses: Tensor, probabilities: Tensor) -> None:
        """Record losses and probabilities of `rows` after `step` steps."""
        self.losses[step, rows] = losses.float()
        self.probabilities[step, rows] = probabilities.float()

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
        losses, probabilities, predictions, gradient = search.evaluate(
            iterate, rows, differentiate=step < trace.count
        )
        trace.record(step, rows, losses, probabilities)
        if callback is not None:
            callback(
                StepReport(step, trace.count, rows, iterate, losses, probabilities, predictions)
            )
        if gradient is None:
            return
        trace.queries[rows] += 1
        if not keep_going:
            stay = (predictions == search.classes[rows]) != search.targeted
            if not stay.all():
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


def class_logits(model: Callable[[Tensor], Tensor], x: Tensor, classes: Tensor) -> Tensor:
    """Return the model's logits (N, K) in float32 or float64, checked against the classes (N,).

    Raises:
        ValueError: the output does not have shape (N, K), or a class lies outside [0, K).
    """
    logits = model(x)
    if logits.ndim != 2 or len(logits) != len(x):
        raise ValueError(
            f"model must return logits of shape ({len(x)}, classes), "
            f"got shape {tuple(logits.shape)}"
        )
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) < logits.shape[1]:
        raise ValueError(
            f"y must hold classes from 0 to {logits.shape[1] - 1} for this model, "
            f"got {int(classes.min())} to {int(classes.max())}"
        )
    # In half precision the softmax would round away small differences of the loss.
    return logits if logits.dtype == torch.float64 else logits.float()


def _gradient(losses: Tensor, leaf: Tensor) -> Tensor:
    if not losses.requires_grad:
        raise ValueError(
            "model must depend on x through differentiable operations, got an output without a "
            "gradient"
        )
    (gradient,) = torch.autograd.grad(losses.sum(), leaf)
    # Testing the sum reads the gradient once; it may overflow, so confirm element by element.
    if not torch.isfinite(gradient.sum()) and not torch.isfinite(gradient).all():
        raise ValueError(
            "model must have a finite gradient, got NaN or infinity in the gradient of the loss; "
            "check the model's weights and the scale of its input"
        )
    return gradient
