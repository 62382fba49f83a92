"""Where tasks run: what a scheduler asks of the processes, the thread or the cluster behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Event, Task

__all__ = ["Executor"]


class Executor(Protocol):
    """Runs tasks and reports on them; knows neither queue nor results.

    The scheduler hands over at most :attr:`capacity` tasks at a time, each under a ticket of its
    own, and calls :meth:`poll` from one thread; the other methods may be called from any. Nothing
    starts before the first :meth:`submit` or :meth:`warm_up`.
    """

    @property
    def capacity(self) -> int:
        """How many tasks run side by side, at least 1; may change while a cluster grows."""
        ...

    def submit(self, ticket: int, task: Task) -> None:
        """Start a task; returns without waiting for it."""
        ...

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for news.

        Args:
            timeout: Seconds to wait at most; ``None`` waits without end.

        Returns:
            Events in the order in which they happened, those of one task ending in ``Done`` or
            ``Failed``; none after the timeout or once the executor is closed. A cancelled task
            may still have events.

        """
        ...

    def cancel(self, ticket: int) -> None:
        """End a task, at once where the executor can; does not wait. Unknown tickets are ignored.

        The task's place counts as free from now on.
        """
        ...

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Start in the background, and import modules wherever tasks will run."""
        ...

    def close(self) -> None:
        """Cancel everything, wake :meth:`poll` and take no more tasks. Safe to call twice."""
        ...
