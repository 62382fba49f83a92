"""The queue of jobs and the sharing of equal computations, for any executor."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import checked
from pyfrontiers.compute.disk import DiskResults, default_folder
from pyfrontiers.compute.executor import Executor
from pyfrontiers.compute.identity import identified
from pyfrontiers.compute.jobs import Computation, Job
from pyfrontiers.compute.processes import ProcessExecutor
from pyfrontiers.compute.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyfrontiers.compute.jobs import State
    from pyfrontiers.compute.tasks import Task, Update

__all__ = ["Scheduler"]

_LOGGER = logging.getLogger(__name__)


class Scheduler:
    """Queues jobs, first in, first out; an executor runs them.

    Args:
        executor: Runs the jobs; worker processes on this machine by default.
        entries: Maximum number of finished results in the cache.
        size: Maximum size of the cache in bytes.
        disk: Storage for durable results; a folder in the user's cache directory by default.

    Raises:
        ValueError: ``entries`` or ``size`` is below 0.

    """

    @checked
    def __init__(
        self,
        executor: Executor | None = None,
        *,
        entries: int = 256,
        size: int = 256 * 2**20,
        disk: DiskResults | None = None,
    ) -> None:
        for name, number in (("entries", entries), ("size", size)):
            if number < 0:
                raise ValueError(f"{name} must be at least 0, got {number!r}")
        self.executor: Executor = ProcessExecutor() if executor is None else executor
        #: Guards everything below; notified whenever the state of a job changes.
        self.changed = threading.Condition(threading.RLock())
        self.results = Results(entries, size)
        self.disk = DiskResults(default_folder()) if disk is None else disk
        self.closed = False
        self._queue: deque[Computation] = deque()
        self._active: dict[str, Computation] = {}
        #: Computations submitted to the executor, by ticket.
        self._running: dict[int, Computation] = {}
        self._tickets = itertools.count()
        self._warm: tuple[str, ...] = ()
        self._started = False
        self._owner = os.getpid()

    def submit(
        self,
        function: Callable[..., Any],
        /,
        *,
        label: str,
        durable: bool = False,
        **parameters: Any,
    ) -> Job:
        """Start a job or join an equal one; see :func:`pyfrontiers.compute.submit`."""
        key, task = identified(function, parameters)
        if durable:
            self._recall(key, task)
        with self.changed:
            if self.closed:
                raise RuntimeError("the scheduler is closed; it accepts no more jobs")
            shared = self._active.get(key) or self.results.get(key)
            if shared is None:
                shared = Computation(key, task)
                self._active[key] = shared
                self._queue.append(shared)
                self._start()
                self._dispatch()
            late = durable and shared.state == "done" and not shared.durable
            shared.durable |= durable
            job = Job(self, shared, label or task.name)
        if late:
            self.disk.put(key, shared.result)
        return job

    def recall(
        self,
        function: Callable[..., Any],
        /,
        *,
        label: str,
        durable: bool = False,
        **parameters: Any,
    ) -> Job | None:
        """Return a finished equal job; see :func:`pyfrontiers.compute.recall`."""
        key, task = identified(function, parameters)
        if durable:
            self._recall(key, task)
        with self.changed:
            shared = self.results.get(key)
            return None if shared is None else Job(self, shared, label or task.name)

    def is_active(self, function: Callable[..., Any], /, **parameters: Any) -> bool:
        """Return whether an equal job is queued or running."""
        key, _ = identified(function, parameters)
        with self.changed:
            return key in self._active

    def warm_up(self, modules: Iterable[str]) -> None:
        """Start the executor and import ``modules`` wherever jobs will run."""
        with self.changed:
            if self.closed:
                raise RuntimeError("the scheduler is closed; it starts no more workers")
            self._warm = tuple(dict.fromkeys((*self._warm, *modules)))
            self._start()
            self.executor.warm_up(self._warm)

    def ahead(self, computation: Computation) -> int:
        """Count the jobs ahead of a queued one."""
        with self.changed:
            return self._queue.index(computation) if computation in self._queue else 0

    def abandoned(self, computation: Computation) -> None:
        """End a computation that has no more jobs; the caller holds ``changed``."""
        if not computation.holders and not computation.over:
            if self._running.pop(computation.ticket, None) is None:
                self._queue.remove(computation)
            else:
                self.executor.cancel(computation.ticket)
            self._end(computation, "cancelled")
            self._dispatch()
        self.changed.notify_all()

    def close(self) -> None:
        """Cancel all jobs and close the executor. Safe to call twice."""
        if os.getpid() != self._owner:
            return  # a fork of the owner has no workers to end
        with self.changed:
            self.closed = True
            self._queue.clear()
            self._running.clear()
            for computation in list(self._active.values()):
                self._end(computation, "cancelled")
        self.executor.close()
        atexit.unregister(self.close)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            atexit.register(self.close)
            threading.Thread(target=self._serve, name="pyfrontiers-scheduler", daemon=True).start()

    def _dispatch(self) -> None:
        """Submit queued jobs while the executor has capacity; the caller holds ``changed``."""
        while self._queue and len(self._running) < self.executor.capacity:
            computation = self._queue.popleft()
            computation.ticket = next(self._tickets)
            self._running[computation.ticket] = computation
            self.executor.submit(computation.ticket, computation.task)
        self.changed.notify_all()

    def _serve(self) -> None:
        """Process the executor's events until the scheduler is closed."""
        while not self.closed:
            try:
                events = self.executor.poll()
            except Exception as error:  # without events, no job would end
                _LOGGER.exception("the executor failed; its jobs end and the scheduler closes")
                self._fail_all(f"The executor failed: {error}.")
                self.close()
                return
            for event in events:
                with self.changed:
                    computation = self._running.get(event.ticket)
                    if computation is None:
                        continue  # cancelled meanwhile
                    self._take(computation, event.update)
                if computation.over:
                    self._conclude(computation)

    def _take(self, computation: Computation, update: Update) -> None:
        state = computation.take(update)
        if state in ("done", "failed"):
            if state == "done":
                self.results.put(computation)
            del self._running[computation.ticket]
            self._end(computation, state)
            self._dispatch()
        elif state != computation.state:
            computation.state = state
            self.changed.notify_all()

    def _end(self, computation: Computation, state: State) -> None:
        computation.state, computation.ended = state, time.monotonic()
        del self._active[computation.key]
        self.changed.notify_all()

    def _fail_all(self, sentence: str) -> None:
        with self.changed:
            self._queue.clear()
            for computation in list(self._active.values()):
                computation.error = sentence
                self._end(computation, "failed")

    def _conclude(self, computation: Computation) -> None:
        """Log a failure or store a durable result."""
        if computation.state == "failed":
            task = computation.task
            where = f"{task.module}.{task.name}"
            _LOGGER.error("%s failed: %s\n%s", where, computation.error, computation.traceback)
        elif computation.durable:
            # In a thread: a slow disk must not delay the events of other jobs.
            arguments = (computation.key, computation.result)
            threading.Thread(target=self.disk.put, args=arguments, daemon=True).start()

    def _recall(self, key: str, task: Task) -> None:
        """Load a result from disk, unless it is cached or being computed."""
        with self.changed:
            if key in self._active or self.results.get(key) is not None:
                return
        found = self.disk.get(key)
        if found is None:
            return
        with self.changed:
            if key not in self._active and self.results.get(key) is None:
                self.results.put(
                    Computation(key, task, state="done", fraction=1.0, result=found, durable=True)
                )
