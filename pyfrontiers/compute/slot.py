"""A slot for one worker: a thread that feeds the worker and replaces it if it dies.

Workers share no pipes or locks, so killing one does not affect the others, whatever it is doing.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from pyfrontiers.compute.frames import Import
from pyfrontiers.compute.process import WorkerProcess
from pyfrontiers.compute.tasks import Done, Failed, Reported, Started

if TYPE_CHECKING:
    from pyfrontiers.compute.processes import ProcessExecutor
    from pyfrontiers.compute.tasks import Cause, Task

__all__ = ["Slot"]

_LOGGER = logging.getLogger(__name__)


class Slot:
    """A slot for one worker.

    Args:
        executor: The executor that provides tasks and receives updates.
        number: Number of the slot, for the name of its thread.
        threads: Number of threads for numerical libraries in the worker.

    Attributes:
        process: The worker, or ``None`` before the first one and between two.
        cold: Whether the worker has yet to import the warm-up modules.

    """

    def __init__(self, executor: ProcessExecutor, number: int, threads: int) -> None:
        self._executor = executor
        self._threads = threads
        self._name = f"pyfrontiers-worker-{number}"
        self.process: WorkerProcess | None = None
        self.cold = True

    def start(self) -> None:
        """Start serving in a daemon thread, which does not delay the exit of the interpreter."""
        threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while (found := self._executor.next(self)) is not None:
            try:
                if isinstance(found, Import):
                    self._living().send(found)
                else:
                    self._run(*found)
            except Exception as error:  # the task must end and the slot continue
                _LOGGER.exception("%s", self._name)
                if self.process is not None:
                    self.process.kill()
                if not isinstance(found, Import):
                    failed = Failed(f"The job could not be run: {error}.", cause="executor")
                    self._executor.tell(found[0], failed)
            if self.process is not None and not self.process.alive:
                self._reap()

    def _run(self, ticket: int, task: Task) -> None:
        """Run a task. A worker that died before the task started is replaced once."""
        reason = ""
        for _ in range(2):
            process = self._living()
            if not self._executor.assign(ticket, process):
                return
            started = False
            try:
                process.send(task)
                while not isinstance(message := process.receive(), Done | Failed):
                    started = started or isinstance(message, Started)
                    if isinstance(message, Started | Reported):
                        self._executor.tell(ticket, message)
            except (EOFError, OSError):
                reason = self._reap()
                if started or self._executor.cancelled(ticket):  # cancelling kills the worker
                    break
            else:
                self._executor.tell(ticket, message)
                return
        cause: Cause = "worker" if started else "executor"
        self._executor.tell(ticket, Failed(_failure(reason, started=started), cause=cause))

    def _living(self) -> WorkerProcess:
        """Return a running worker, a new one if necessary."""
        if self.process is not None and not self.process.alive:
            self._reap()
        if self.process is None:
            process = WorkerProcess(self._threads)
            with self._executor.changed:
                self.process = process
                if self._executor.closed:  # closed while the worker started
                    process.kill()
        return self.process

    def _reap(self) -> str:
        """Wait for the worker's exit and return the reason."""
        with self._executor.changed:
            process, self.process, self.cold = self.process, None, True
        return "" if process is None else process.reap()


def _failure(reason: str, *, started: bool) -> str:
    """Return the error message for a task whose worker died."""
    if not started:
        return f"No worker process could be started ({reason}); see the server's log."
    if reason == "signal SIGKILL":
        return (
            "The worker process was killed from outside (signal SIGKILL), usually because the "
            "machine ran out of memory; try again or try a smaller computation."
        )
    return f"The worker process ended during the computation ({reason}); try again."
