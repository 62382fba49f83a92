"""What searches, trainables and studies know of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Architecture", "Outcome", "Proposal", "Report", "Search", "Trainable"]

#: A network of a search space: its tokens, one choice each.
Architecture = tuple[int, ...]

#: ``report(fraction, message="", data=None)``: how far the training of a child is.
Report = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A child that a search wants trained.

    Attributes:
        number: Number of the proposal within its search, from 0.
        architecture: Its tokens.
        budget: How long to train it, in the trainable's unit (such as epochs), at least 1.

    """

    number: int
    architecture: Architecture
    budget: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of training a child.

    Attributes:
        value: The reward, such as the validation accuracy; larger is better. ``None`` if the child
            failed or was refused, for which a search assumes the worst.
        metrics: Its metrics by name.
        failure: Why it failed or was refused; empty if it did not.

    """

    value: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    failure: str = ""


class Search(Protocol):
    """Proposes children and learns from their outcomes.

    Equal calls after equal states give equal proposals, on every machine: a study resumes by
    restoring a state and repeating the calls that came after it.
    """

    def ask(self, count: int) -> list[Proposal]:
        """Propose up to ``count`` children; fewer, or none, to wait for outcomes first."""
        ...

    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Learn the outcome of a proposal. A study tells them in the order of the proposals."""
        ...

    def state(self) -> dict[str, Any]:
        """Return everything the search knows: tensors, numbers, strings, lists, tuples, dicts."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what :meth:`state` returned, bit for bit.

        Proposals without an outcome are still open: they are told later, and not made again.
        """
        ...


class Trainable(Protocol):
    """Trains and evaluates a child: a top-level function, or a frozen dataclass with ``__call__``.

    It runs in a worker, and its outcome depends on its arguments alone.
    """

    def __call__(
        self,
        architecture: Architecture,
        *,
        budget: int,
        seed: int,
        data: Any,
        checkpoint: Path | None,
        report: Report,
    ) -> Outcome:
        """Train up to a budget.

        Args:
            architecture: Tokens of the child.
            budget: How long to train in total, including what the checkpoint has behind it.
            seed: Seed of everything random in it.
            data: What the study was given.
            checkpoint: A file. If it exists, an earlier call with a smaller budget left it, and
                training resumes from it. The file it leaves is kept for a larger budget.
                ``None`` if nothing is to be saved.
            report: Tells the progress.

        """
        ...
