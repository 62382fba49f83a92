"""Tasks in this process, one at a time: for a debugger, or where no process may be started."""

from __future__ import annotations

import importlib
import logging
import queue
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from pyfrontiers.compute.tasks import Event, Started, run_task

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Reported, Task, Update

__all__ = ["InlineExecutor"]

_LOGGER = logging.getLogger(__name__)


class _Cancelled(BaseException):
    """Ends a cancelled task from inside its ``report``; not an error that a task may catch."""


class InlineExecutor:
    """Runs tasks in a thread of this process.

    Breakpoints and profilers see the task. In exchange it competes with the caller for the
    interpreter, and a cancelled task goes on until it next reports its progress.
    """

    capacity = 1

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[tuple[int, Task] | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._wanted: set[int] = set()
        self._thread: threading.Thread | None = None

    def submit(self, ticket: int, task: Task) -> None:
        """Queue a task for the thread, which starts with the first."""
        self._wanted.add(ticket)
        self._tasks.put((ticket, task))
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._serve, name="pyfrontiers-inline", daemon=True
            )
            self._thread.start()

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for the next event."""
        with suppress(queue.Empty):
            event = self._events.get(timeout=timeout)
            return [] if event is None else [event]
        return []

    def cancel(self, ticket: int) -> None:
        """Skip a task that waits; end one that runs at its next report."""
        self._wanted.discard(ticket)

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Import modules now, in the caller's thread."""
        for name in modules:
            try:
                importlib.import_module(name)
            except Exception:
                _LOGGER.exception("warm-up could not import %s", name)

    def close(self) -> None:
        """Cancel everything and let the thread end."""
        self._wanted.clear()
        self._tasks.put(None)
        self._events.put(None)

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
