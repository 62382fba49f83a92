"""Run tasks in this process, one at a time: for debuggers, or if processes cannot be started."""

from __future__ import annotations

import queue
import threading
from functools import partial
from typing import TYPE_CHECKING

from pyfrontiers.compute.events import EventQueue
from pyfrontiers.compute.tasks import Event, Started, run_task
from pyfrontiers.compute.worker import import_modules

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Reported, Task, Update

__all__ = ["InlineExecutor"]


class _Cancelled(BaseException):
    """Raised by ``report`` to end a cancelled task; tasks should not catch it."""


class InlineExecutor:
    """Runs tasks in a thread of this process.

    Breakpoints and profilers see the tasks. In exchange, tasks compete with the caller for the GIL,
    and a cancelled task continues until its next progress report.
    """

    capacity = 1

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[tuple[int, Task] | None] = queue.SimpleQueue()
        self._events = EventQueue()
        self._wanted: set[int] = set()
        self._thread: threading.Thread | None = None

    def submit(self, ticket: int, task: Task) -> None:
        """Queue a task for the thread, which the first task starts."""
        self._wanted.add(ticket)
        self._tasks.put((ticket, task))
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._serve, name="pyfrontiers-inline", daemon=True
            )
            self._thread.start()

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for events."""
        return self._events.poll(timeout)

    def cancel(self, ticket: int) -> None:
        """Skip a waiting task; end a running one at its next report."""
        self._wanted.discard(ticket)

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Import modules now, in the caller's thread."""
        import_modules(modules)

    def close(self) -> None:
        """Cancel everything and let the thread end."""
        self._wanted.clear()
        self._tasks.put(None)
        self._events.close()

    def _serve(self) -> None:
        while (found := self._tasks.get()) is not None:
            ticket, task = found
            if ticket in self._wanted:
                self._tell(ticket, Started())
                self._tell(ticket, run_task(task, partial(self._report, ticket)))
                self._wanted.discard(ticket)

    def _report(self, ticket: int, report: Reported) -> None:
        if ticket not in self._wanted:
            raise _Cancelled
        self._tell(ticket, report)

    def _tell(self, ticket: int, update: Update) -> None:
        self._events.put(Event(ticket, update))
