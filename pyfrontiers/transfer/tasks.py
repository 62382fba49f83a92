"""Few-shot tasks: a few examples to learn from, and others to be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["WAYS", "Family", "Kind", "Tasks"]

WAYS = 5
"""Classes of a task."""

Kind = Literal["regression", "classification"]
"""Values with the squared error, or classes with the cross-entropy."""


class Tasks(NamedTuple):
    """T tasks with K examples to learn from and Q to be judged by; a function of one has no T.

    Attributes:
        support_x: (T, K, F) inputs to learn from.
        support_y: (T, K, 1) values or (T, K) classes, int64.
        query_x: (T, Q, F) inputs to be judged by.
        query_y: (T, Q, 1) values or (T, Q) classes.
    """

    support_x: Tensor
    support_y: Tensor
    query_x: Tensor
    query_y: Tensor


class Family(Protocol):
    """A distribution of tasks. Task i of a seed is a function of (seed, i) alone."""

    @property
    def kind(self) -> Kind:
        """What is learned."""

    @property
    def inputs(self) -> int:
        """Numbers F of an input."""

    @property
    def outputs(self) -> int:
        """Outputs of a network for one task: 1 value, or the number of ways."""

    @property
    def named_outputs(self) -> int:
        """Outputs of a network that tells all classes of the family apart; as `outputs` if none."""

    def draw(
        self,
        count: int,
        *,
        seed: int,
        first: int = 0,
        shots: int = 5,
        queries: int = 15,
        named: bool = False,
    ) -> Tasks:
        """Draw the tasks `first` to `first + count - 1` of a seed.

        Args:
            count: number of tasks T.
            seed: 64-bit seed.
            first: number of the first task.
            shots: examples to learn from, K in all or for each class.
            queries: examples to be judged by, Q in all or for each class.
            named: whether classes are numbered through the family and not from 0 in each task.
        """
