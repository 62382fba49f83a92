"""The state of an attack: the current points and the history of each sample."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from pyfrontiers.adversarial.evaluation import Evaluation

__all__ = ["Trace"]


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
        rows: positions (M,) of the samples still under attack.
        step: steps taken so far.
        velocity: (N, ...) sum of past gradients that momentum keeps, or None.
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
    rows: Tensor
    step: int = 0
    velocity: Tensor | None = None
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
        return cls(count, iterate, empty, empty.clone(), *counts, invalid, rows)

    def record(self, step: int, rows: Tensor, answer: Evaluation) -> None:
        """Record the model's output for `rows` after `step` steps."""
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

    def state_dict(self) -> dict[str, Any]:
        """Return the state that the rest of the run depends on, for a checkpoint."""
        return {name: getattr(self, name) for name in _STATE}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        for name in _STATE:
            setattr(self, name, state[name])
        self.shared = False


_STATE = tuple(field.name for field in fields(Trace) if field.name not in ("count", "shared"))
