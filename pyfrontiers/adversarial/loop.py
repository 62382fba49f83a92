"""The loop of every gradient attack, written once."""

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
"""Called after each step; what it raises ends the attack."""


@dataclass(frozen=True, slots=True)
class Search:
    """What stays fixed while the loop runs."""

    model: Callable[[Tensor], Tensor]
    objective: Loss
    norm: Norm
    origin: Tensor
    classes: Tensor
    limits: Limits
    targeted: bool

    def look(
        self, iterate: Tensor, rows: Tensor, *, differentiate: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Return loss, probability of y and prediction of each sample, and the loss's gradient."""
        classes = self.classes[rows]
        with torch.set_grad_enabled(differentiate):
            # A leaf is safe from a model that writes into its input; what needs no gradient is not.
            leaf = iterate.detach().requires_grad_() if differentiate else iterate.clone()
            logits = class_logits(self.model, leaf, classes)
            losses = self.objective(logits, classes)
            gradient = _gradient(losses, leaf) if differentiate else None
        chosen = logits.detach().softmax(dim=1).gather(1, classes[:, None]).squeeze(1)
        return losses.detach(), chosen, logits.argmax(dim=1), gradient


@dataclass(slots=True)
class Trace:
    """What the loop writes: the iterates, and row by row their histories.

    While all samples are under attack their iterates are handed out as they are, without a copy:
    a step then makes new ones, and what somebody has seen is not written to.
    """

    count: int
    iterate: Tensor
    losses: Tensor
    probabilities: Tensor
    taken: Tensor
    queries: Tensor
    seen: bool = False

    @classmethod
    def of(cls, origin: Tensor, first: Tensor, rows: Tensor, count: int) -> Trace:
        """Begin a trace: `rows` start from `first`, the others stay at `origin`."""
        iterate = origin.clone()
        iterate[rows] = first[rows]
        empty = torch.full((count + 1, len(origin)), torch.nan, device=origin.device)
        taken = torch.zeros(len(origin), dtype=torch.long, device=origin.device)
        return cls(count, iterate, empty, empty.clone(), taken, taken.clone())

    def record(self, step: int, rows: Tensor, losses: Tensor, probabilities: Tensor) -> None:
        """Write what was seen after `step` steps."""
        self.losses[step, rows] = losses.float()
        self.probabilities[step, rows] = probabilities.float()

    def holds_only(self, rows: Tensor) -> bool:
        """Whether `rows` are all samples, in order: they only ever get fewer."""
        return len(rows) == len(self.iterate)

    def at(self, rows: Tensor) -> Tensor:
        """Return the iterates of `rows`."""
        if not self.holds_only(rows):
            return self.iterate[rows]
        self.seen = True
        return self.iterate

    def move(self, rows: Tensor, moved: Tensor) -> None:
        """Take a step of `rows`."""
        if self.holds_only(rows):
            self.iterate = moved
        else:
            self.iterate = self.iterate.clone() if self.seen else self.iterate
            self.iterate[rows] = moved
        self.seen = False
        self.taken[rows] += 1


def descend(
    search: Search,
    trace: Trace,
    rows: Tensor,
    *,
    keep_going: bool,
    callback: Callback | None,
) -> None:
    """Run the loop: look, let go of what is fooled, step along the gradient."""
    for step in range(trace.count + 1):
        if not len(rows):
            return
        whole, iterate = trace.holds_only(rows), trace.at(rows)
        losses, probabilities, predictions, gradient = search.look(
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
    """Return the model's logits (N, K) in at least float32, checked against the classes (N,).

    Raises:
        ValueError: the output is not (N, K), or a class lies outside [0, K).
    """
    logits = model(x)
    if logits.ndim != 2 or len(logits) != len(x):
        raise ValueError(
            f"model: its output has shape {tuple(logits.shape)}, want logits ({len(x)}, classes)"
        )
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) < logits.shape[1]:
        raise ValueError(
            f"y: got classes from {int(classes.min())} to {int(classes.max())}, "
            f"want 0 to {logits.shape[1] - 1} for this model"
        )
    # Half-precision logits lose the loss's small differences in the softmax.
    return logits if logits.dtype == torch.float64 else logits.float()


def _gradient(losses: Tensor, leaf: Tensor) -> Tensor:
    if not losses.requires_grad:
        raise ValueError(
            "model: its output does not depend on x through differentiable operations, "
            "so there is no gradient to follow"
        )
    (gradient,) = torch.autograd.grad(losses.sum(), leaf)
    # A sum is one read; it may also overflow, and then each number is looked at.
    if not torch.isfinite(gradient.sum()) and not torch.isfinite(gradient).all():
        raise ValueError(
            "model: the gradient of the loss holds NaN or infinity; "
            "check the model's weights and the scale of its input"
        )
    return gradient
