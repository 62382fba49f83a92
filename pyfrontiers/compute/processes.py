"""Worker processes on this machine, each running one task at a time."""

from __future__ import annotations

import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Annotated

from pyfrontiers.arguments import Range, checked
from pyfrontiers.compute.events import EventQueue
from pyfrontiers.compute.frames import Import
from pyfrontiers.compute.slot import Slot
from pyfrontiers.compute.tasks import Done, Event, Failed
from pyfrontiers.machine import usable_cores

if TYPE_CHECKING:
    from pyfrontiers.compute.process import WorkerProcess
    from pyfrontiers.compute.tasks import Task, Update

__all__ = ["ProcessExecutor"]


Workers = Annotated[int, Range(1, 4096)]


class ProcessExecutor:
    """Runs tasks in worker processes, each with one thread for numerical libraries by default.

    With one thread, results do not depend on the load of the machine, and each worker can run a
    task in parallel.

    Args:
        workers: Number of processes, at least 1; the number of usable cores by default.
        threads: Number of threads for numerical libraries in each worker.

    Raises:
        ValueError: A number is below 1.

    """

    @checked
    def __init__(self, workers: Workers | None = None, *, threads: Workers = 1) -> None:
        workers = usable_cores() if workers is None else workers
        #: Guards everything below; notified when there is work for a slot.
        self.changed = threading.Condition(threading.RLock())
        self.closed = False
        self._waiting: deque[tuple[int, Task]] = deque()
        #: Tasks taken by a slot, with their worker once it exists.
        self._running: dict[int, WorkerProcess | None] = {}
        self._warm: tuple[str, ...] = ()
        self._slots = [Slot(self, number, threads) for number in range(workers)]
        self._started = False
        self._events = EventQueue()

    @property
    def capacity(self) -> int:
        """Number of workers."""
        return len(self._slots)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the running workers."""
        with self.changed:
            processes = [slot.process for slot in self._slots if slot.process is not None]
            return tuple(process.pid for process in processes if process.alive)

    def submit(self, ticket: int, task: Task) -> None:
        """Give a task to the next free worker."""
        with self.changed:
            self._waiting.append((ticket, task))
            self._start()

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Start the workers and import ``modules`` in each, and later in their replacements."""
        with self.changed:
            self._warm = modules
            for slot in self._slots:
                slot.cold = True
            self._start()

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for events."""
        return self._events.poll(timeout)

    def cancel(self, ticket: int) -> None:
        """Remove a waiting task, or kill the worker that runs it."""
        with self.changed:
            process = self._running.pop(ticket, None)
            if process is not None:
                process.kill()
            self._waiting = deque(one for one in self._waiting if one[0] != ticket)

    def close(self) -> None:
        """Kill every worker and let the slots' threads end."""
        with self.changed:
            self.closed = True
            self._waiting.clear()
            self._running.clear()
            for slot in self._slots:
                if slot.process is not None:
                    slot.process.kill()
            self.changed.notify_all()
        self._events.close()

    # The methods below are called by the slots' threads.

    def next(self, slot: Slot) -> tuple[int, Task] | Import | None:
        """Wait for work: a task, an import, or ``None`` once the executor is closed."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.closed or self._waiting or (slot.cold and self._warm)
            )
            if self.closed:
                return None
            if self._waiting:
                ticket, task = self._waiting.popleft()
                self._running[ticket] = None
                return ticket, task
            slot.cold = False
            return Import(self._warm, tuple(map(str, sys.path)))

    def assign(self, ticket: int, process: WorkerProcess) -> bool:
        """Record which worker runs a task; return ``False`` if it was cancelled meanwhile."""
        with self.changed:
            if self.cancelled(ticket):
                return False
            self._running[ticket] = process
            return True

    def cancelled(self, ticket: int) -> bool:
        """Whether a task was cancelled after a slot took it."""
        with self.changed:
            return ticket not in self._running

    def tell(self, ticket: int, update: Update) -> None:
        """Forward an update of a task, unless it was cancelled."""
        with self.changed:
            if self.cancelled(ticket):
                return
            if isinstance(update, Done | Failed):
                del self._running[ticket]
        self._events.put(Event(ticket, update))

    def _start(self) -> None:
        if not self._started:
            self._started = True
            for slot in self._slots:
                slot.start()
        self.changed.notify_all()
