"""One worker's place: the thread that keeps it busy and replaces it when it dies.

Two workers share nothing, neither pipe nor lock. Killing one, whatever it is doing, does not affect
the others.
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
    from pyfrontiers.compute.tasks import Task

__all__ = ["Slot"]

_LOGGER = logging.getLogger(__name__)


class Slot:
    """A place for one worker.

    Args:
        executor: Where tasks come from and updates go.
        number: Its number, for the thread's name.
        threads: Threads of numerical libraries in the worker.

    Attributes:
        process: The worker, or ``None`` before the first and between two.
        cold: Whether the worker lacks the modules that are to be imported ahead.

    """

    def __init__(self, executor: ProcessExecutor, number: int, threads: int) -> None:
        self._executor = executor
        self._threads = threads
        self._name = f"pyfrontiers-worker-{number}"
        self.process: WorkerProcess | None = None
        self.cold = True

    def start(self) -> None:
        """Start serving, in a daemon thread that does not hold up the interpreter's exit."""
        threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while (found := self._executor.next(self)) is not None:
            try:
                if isinstance(found, Import):
                    self._living().send(found)
                else:
                    self._run(*found)
            except Exception as error:  # whatever it is, the task must end and the slot go on
                _LOGGER.exception("%s", self._name)
                if self.process is not None:
                    self.process.kill()
                if not isinstance(found, Import):
                    failed = Failed(f"The job could not be run: {error}.", "")
                    self._executor.tell(found[0], failed)
            if self.process is not None and not self.process.alive:
                self._reap()

    def _run(self, ticket: int, task: Task) -> None:
        """Run a task. A worker that was dead before it began is replaced once."""
        reason = ""
        for _ in range(2):
            process = self._living()
            if not self._executor.assign(ticket, process):
                return
            began = False
            try:
                process.send(task)
                while not isinstance(message := process.receive(), Done | Failed):
                    began = began or isinstance(message, Started)
                    if isinstance(message, Started | Reported):
                        self._executor.tell(ticket, message)
            except (EOFError, OSError):
                reason = self._reap()
                if began or self._executor.cancelled(ticket):  # cancelling kills the worker
                    break
            else:
                self._executor.tell(ticket, message)
                return
        self._executor.tell(ticket, Failed(_failure(reason, began=began), ""))

    def _living(self) -> WorkerProcess:
        """Return a running worker, a new one if necessary."""
        if self.process is not None and not self.process.alive:
            self._reap()
        if self.process is None:
            process = WorkerProcess(self._threads)
            with self._executor.changed:
                self.process = process
                if self._executor.closed:  # it missed the order to end
                    process.kill()
        return self.process

    def _reap(self) -> str:
        """Wait for the worker's exit and return the reason."""
        with self._executor.changed:
            process, self.process, self.cold = self.process, None, True
        return "" if process is None else process.reap()


def _failure(reason: str, *, began: bool) -> str:
    """Describe how a worker's death ended a task."""
    if not began:
        return f"No worker process could be started ({reason}); the server's log says more."
    if reason == "signal SIGKILL":
        return (
            "The worker process was killed from outside (signal SIGKILL), most often because the "
            "machine ran out of memory; try again, or with a smaller computation."
        )
    return f"The worker process ended in the middle of the computation ({reason}); try again."
