"""The interface between the scheduler and the processes, threads or clusters that run tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Event, Task

__all__ = ["Executor"]


class Executor(Protocol):
    """Runs tasks and reports their events; knows neither the queue nor the results.

    The caller (a scheduler, a study) submits at most :attr:`capacity` tasks at a time, each with a
    unique ticket, and calls :meth:`poll` from one thread; the other methods may be called from any
    thread. No worker starts before the first :meth:`submit` or :meth:`warm_up`.

    A worker that dies harms only its task, which ends with ``Failed(cause="worker")``.
    """

    @property
    def capacity(self) -> int:
        """Number of tasks that run in parallel, at least 1; may change while a cluster grows."""
        ...

    def submit(self, ticket: int, task: Task) -> None:
        """Start a task without waiting for it."""
        ...

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for events.

        Args:
            timeout: Maximum number of seconds to wait; ``None`` waits indefinitely.

        Returns:
            Events in chronological order; the last one of a task is ``Done`` or ``Failed``. Empty
            after the timeout or once the executor is closed. Cancelled tasks may still have events.

        """
        ...

    def cancel(self, ticket: int) -> None:
        """End a task, immediately if possible, without waiting. Ignores unknown tickets.

        The task no longer counts towards the capacity.
        """
        ...

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Start in the background and import modules wherever tasks will run."""
        ...

    def close(self) -> None:
        """Cancel everything, wake :meth:`poll` and accept no more tasks. Safe to call twice."""
        ...
