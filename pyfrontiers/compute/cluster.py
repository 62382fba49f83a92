"""Workers of a Ray cluster, on this machine or on many."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pyfrontiers.arguments import Range, checked
from pyfrontiers.compute.cluster_connection import connect
from pyfrontiers.compute.cluster_worker import serve_modules, serve_task
from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.events import EventQueue
from pyfrontiers.compute.tasks import Common, Done, Event, Failed

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Task, Update

__all__ = ["RayExecutor"]

Workers = Annotated[int, Range(1, 4096)]

#: Seconds for which the size of the cluster is not asked for again.
_SIZE_HOLDS = 1.0
#: Errors of Ray after which the same task may succeed on another worker.
_WORKER_LOST = (
    "WorkerCrashedError",
    "OutOfMemoryError",
    "NodeDiedError",
    "ObjectLostError",
    "LocalRayletDiedError",
    "TaskCancelledError",
)


class RayExecutor:
    """Runs each task in a worker of a Ray cluster, on one core.

    Ray starts, places and replaces the workers. The package must be installed on every machine, in
    the same version; no common disk is needed.

    Args:
        address: ``"HOST:PORT"``; ``"local"``: a cluster that is started here and ends with this
            process; ``"auto"``: the cluster that the environment variable ``RAY_ADDRESS`` names or
            that runs on this machine, and if there is none, one as for ``"local"``.
        workers: Number of workers of a cluster that is started here; the number of cores by
            default.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ConnectionError: The address does not answer.
        ValueError: The address has another form.

    """

    @checked
    def __init__(self, address: str = "auto", *, workers: Workers | None = None) -> None:
        self._ray, self._connected = connect(address, workers)
        # A lost task is the caller's to repeat.
        self._serve = self._ray.remote(num_cpus=1, max_retries=0)(serve_task)
        self._import = self._ray.remote(num_cpus=1, max_retries=0)(serve_modules)
        self._events = EventQueue()
        self._lock = threading.Lock()
        self._running: dict[int, Any] = {}
        #: What tasks have in common, on its way to the machines that need it.
        self._common: tuple[str, Any] = ("", b"")
        self._size = (0.0, 1)
        self.closed = False

    @property
    def capacity(self) -> int:
        """Number of cores of the cluster at present."""
        asked, cores = self._size
        if time.monotonic() > asked + _SIZE_HOLDS and not self.closed:
            cores = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            self._size = (time.monotonic(), cores)
        return cores

    def submit(self, ticket: int, task: Task) -> None:
        """Give a task to the cluster; a thread waits for its updates."""
        with self._lock:
            common: Any = b""
            if task.common is not None:
                if task.common.digest != self._common[0]:
                    stored = self._ray.put(task.common.parameters)
                    self._common = (task.common.digest, stored)
                common = self._common[1]
                task = replace(task, common=Common(task.common.digest, b""))
            stream = self._serve.options(num_returns="streaming").remote(
                task, common, code_version()
            )
            self._running[ticket] = stream
        threading.Thread(
            target=self._follow,
            args=(ticket, stream),
            name=f"pyfrontiers-ray-{ticket}",
            daemon=True,
        ).start()

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for events."""
        return self._events.poll(timeout)

    def cancel(self, ticket: int) -> None:
        """Kill the worker that runs a task, or take a waiting task back."""
        with self._lock:
            stream = self._running.pop(ticket, None)
        if stream is not None:
            self._ray.cancel(stream, force=True)

    def warm_up(self, modules: tuple[str, ...]) -> None:
        """Import ``modules`` in as many workers as can run."""
        for _ in range(self.capacity):
            self._import.remote(modules, tuple(map(str, sys.path)))

    def close(self) -> None:
        """Cancel everything and leave the cluster; one that was started here ends."""
        if self.closed:
            return
        self.closed = True
        for ticket in list(self._running):
            self.cancel(ticket)
        if self._connected:
            self._ray.shutdown()
        self._events.close()

    def _follow(self, ticket: int, stream: Any) -> None:
        """Forward the updates of a task until it ends."""
        update: Update | None = None
        try:
            for reference in stream:
                update = self._ray.get(reference)
                self._tell(ticket, update)
        except Exception as error:
            self._tell(ticket, _failure(error))
        else:
            if not isinstance(update, Done | Failed):
                self._tell(ticket, Failed("The worker ended during the computation.", "", "worker"))

    def _tell(self, ticket: int, update: Update) -> None:
        """Forward an update of a task, unless it was cancelled or has ended."""
        with self._lock:
            if ticket not in self._running:
                return
            if isinstance(update, Done | Failed):
                del self._running[ticket]
        self._events.put(Event(ticket, update))


def _failure(error: Exception) -> Failed:
    kinds = [kind.__name__ for kind in type(error).__mro__]
    reason = (str(error).strip().splitlines() or [kinds[0]])[0]
    if any(kind in _WORKER_LOST for kind in kinds):
        sentence = (
            f"The worker or its machine ended during the computation ({kinds[0]}); try again."
        )
        return Failed(sentence, reason, "worker")
    return Failed(f"The cluster could not run the job: {reason}", "", "executor")
