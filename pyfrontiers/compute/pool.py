"""The queue before the workers, and the sharing of equal computations.

The pool decides; each worker has a :class:`~pyfrontiers.compute.slot.Slot` that takes the next job
from here, hands it over and reports back what became of it.
"""

from __future__ import annotations

import atexit
import inspect
import logging
import os
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.disk import DiskResults, default_folder
from pyfrontiers.compute.frames import Done, Failed, Import, Reported, Run, pickled_parameters
from pyfrontiers.compute.jobs import Computation, Job
from pyfrontiers.compute.keys import job_key, reference_to
from pyfrontiers.compute.results import Results
from pyfrontiers.compute.slot import Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyfrontiers.compute.jobs import State
    from pyfrontiers.compute.process import WorkerProcess

__all__ = ["Pool"]

_LOGGER = logging.getLogger(__name__)


class Pool:
    """Runs jobs in worker processes, first in, first out.

    Workers start with the first job or :meth:`warm_up`, not before. They run one job at a time,
    with one thread for numerical libraries unless told otherwise: results then do not depend on
    how busy the machine is, and as many jobs run side by side as there are workers.

    Args:
        workers: How many processes, at least 1; by default the cores that this process may use.
        threads: Threads of numerical libraries in each worker.
        entries: Finished results that are kept, at most.
        size: Bytes of finished results that are kept, at most.
        disk: Where durable results are kept; by default a folder of this user's.

    Raises:
        ValueError: A number is below 1 (``entries`` and ``size``: below 0).

    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        threads: int = 1,
        entries: int = 256,
        size: int = 256 * 2**20,
        disk: DiskResults | None = None,
    ) -> None:
        workers = _usable_cores() if workers is None else workers
        for name, number, least in (
            ("workers", workers, 1),
            ("threads", threads, 1),
            ("entries", entries, 0),
            ("size", size, 0),
        ):
            if number < least:
                raise ValueError(f"{name} is {number!r}; wanted at least {least}")
        #: Notified whenever a job changes its state; guards everything below.
        self.changed = threading.Condition(threading.RLock())
        self.results = Results(entries, size)
        self.disk = DiskResults(default_folder()) if disk is None else disk
        self.closed = False
        self._queue: deque[Computation] = deque()
        self._active: dict[str, Computation] = {}
        self._warm: tuple[str, ...] = ()
        self._slots = [Slot(self, number, threads) for number in range(workers)]
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
        """Start a job, or join the equal one; see :func:`pyfrontiers.compute.submit`."""
        module, name = reference_to(function)
        signature = inspect.signature(function)
        reports = "report" in signature.parameters
        if "report" in parameters:
            raise TypeError("parameter 'report' is given by the pool; leave it out")
        try:
            bound = signature.bind(**parameters, **({"report": None} if reports else {}))
        except TypeError as error:
            raise TypeError(f"{name}: {error}") from None
        bound.apply_defaults()  # f(x) and f(x, steps=<its default>) are the same computation
        counted = {k: v for k, v in bound.arguments.items() if not (reports and k == "report")}
        key = job_key((module, name), counted, code_version())
        task = Run(
            module, name, pickled_parameters(name, parameters), reports, tuple(map(str, sys.path))
        )
        if durable:
            self._recall(key, task)
        with self.changed:
            if self.closed:
                raise RuntimeError("the pool is closed; it takes no more jobs")
            shared = self._active.get(key) or self.results.get(key)
            if shared is None:
                shared = Computation(key, task)
                self._active[key] = shared
                self._queue.append(shared)
                self._start()
                self.changed.notify_all()
            late = durable and shared.state == "done" and not shared.durable
            shared.durable |= durable
            job = Job(self, shared, label or name)
        if late:
            self.disk.put(key, shared.result)
        return job

    def warm_up(self, modules: Iterable[str]) -> None:
        """Start the workers and import ``modules`` in each, also in those that replace them."""
        with self.changed:
            if self.closed:
                raise RuntimeError("the pool is closed; it starts no more workers")
            self._warm = tuple(dict.fromkeys((*self._warm, *modules)))
            for slot in self._slots:
                slot.cold = True
            self._start()
            self.changed.notify_all()

    def ahead(self, computation: Computation) -> int:
        """Count the jobs that stand before a queued one."""
        with self.changed:
            return self._queue.index(computation) if computation in self._queue else 0

    def abandoned(self, computation: Computation) -> None:
        """End a computation that nobody holds any more; the caller holds ``changed``."""
        if not computation.holders and not computation.over:
            if computation.state == "queued":
                self._queue.remove(computation)
            elif computation.worker is not None:
                computation.worker.kill()
            self._end(computation, "cancelled")
        self.changed.notify_all()

    def close(self) -> None:
        """Cancel what waits or runs and end every worker. Safe to call twice."""
        if os.getpid() != self._owner:
            return  # a fork of the owner has no workers of its own to end
        with self.changed:
            self.closed = True
            self._queue.clear()
            for computation in list(self._active.values()):
                self._end(computation, "cancelled")
            for slot in self._slots:
                if slot.process is not None:
                    slot.process.kill()
            self.changed.notify_all()
        atexit.unregister(self.close)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers that run now."""
        with self.changed:
            processes = [slot.process for slot in self._slots if slot.process is not None]
            return tuple(process.pid for process in processes if process.alive)

    def next(self, slot: Slot) -> Computation | Import | None:
        """Wait for what a slot has to do: a job, a warm-up, or ``None`` when the pool closes."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self._queue or (slot.cold and self._warm))
            if self.closed:
                return None
            if self._queue:
                computation = self._queue.popleft()
                computation.state, computation.began = "running", time.monotonic()
                return computation
            slot.cold = False
            return Import(self._warm, tuple(map(str, sys.path)))

    def assign(self, computation: Computation, process: WorkerProcess) -> bool:
        """Note which worker runs a job; ``False`` when it was cancelled meanwhile."""
        with self.changed:
            if computation.over:
                return False
            computation.worker = process
            return True

    def reported(self, computation: Computation, report: Reported) -> None:
        """Take a job's progress."""
        with self.changed:
            computation.fraction = report.fraction
            computation.message, computation.data = report.message, report.data

    def finished(self, computation: Computation, end: Done | Failed) -> None:
        """Take a job's result or failure, unless it was cancelled meanwhile."""
        with self.changed:
            if computation.over:
                return
            if isinstance(end, Done):
                computation.result, computation.fraction = end.result, 1.0
                self._end(computation, "done")
                self.results.put(computation)
            else:
                computation.error, computation.traceback = end.sentence, end.traceback
                self._end(computation, "failed")
        # Outside the lock: a slow disk holds up this worker, not the pages.
        if isinstance(end, Failed):
            _LOGGER.error("%s.%s failed: %s\n%s", *_named(computation), end.sentence, end.traceback)
        elif computation.durable:
            self.disk.put(computation.key, end.result)

    def _recall(self, key: str, task: Run) -> None:
        """Bring a result back from disk, unless it is at hand or being computed."""
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

    def _end(self, computation: Computation, state: State) -> None:
        computation.state, computation.ended = state, time.monotonic()
        computation.worker = None
        del self._active[computation.key]
        self.changed.notify_all()

    def _start(self) -> None:
        if not self._started:
            self._started = True
            atexit.register(self.close)
            for slot in self._slots:
                slot.start()


def _named(computation: Computation) -> tuple[str, str]:
    return computation.task.module, computation.task.name


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
