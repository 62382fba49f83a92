"""One worker's place in the pool: the thread that keeps it busy and replaces it when it dies.

Nothing is shared between two workers, neither pipe nor lock, so one that is killed in whatever it
was doing takes nothing of the others with it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from pyfrontiers.compute.frames import Done, Failed, Import, Reported, Started
from pyfrontiers.compute.jobs import Computation
from pyfrontiers.compute.process import WorkerProcess

if TYPE_CHECKING:
    from pyfrontiers.compute.pool import Pool

__all__ = ["Slot"]

_LOGGER = logging.getLogger(__name__)


class Slot:
    """A place for one worker.

    Args:
        pool: Where jobs come from and go back to.
        number: Its number, for the thread's name.
        threads: Threads of numerical libraries in the worker.

    Attributes:
        process: The worker, or ``None`` before the first and between two.
        cold: Whether the worker lacks the modules that the pool wants imported ahead.

    """

    def __init__(self, pool: Pool, number: int, threads: int) -> None:
        self._pool = pool
        self._threads = threads
        self._name = f"pyfrontiers-worker-{number}"
        self.process: WorkerProcess | None = None
        self.cold = True

    def start(self) -> None:
        """Start serving, in a thread that does not hold up the interpreter's end."""
        threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while (task := self._pool.next(self)) is not None:
            try:
                if isinstance(task, Import):
                    self._living().send(task)
                else:
                    self._run(task)
            except Exception as error:  # whatever it is, the job must end and the slot go on
                _LOGGER.exception("%s", self._name)
                if self.process is not None:
                    self.process.kill()
                if isinstance(task, Computation):
                    self._pool.finished(task, Failed(f"The job could not be run: {error}.", ""))
            if self.process is not None and not self.process.alive:
                self._bury()

    def _run(self, computation: Computation) -> None:
        """Run a job; a worker that was dead before it began is replaced once."""
        ending = ""
        for _ in range(2):
            process = self._living()
            if not self._pool.assign(computation, process):
                return
            began = False
            try:
                process.send(computation.task)
                while not isinstance(message := process.receive(), Done | Failed):
                    began = began or isinstance(message, Started)
                    if isinstance(message, Reported):
                        self._pool.reported(computation, message)
            except (EOFError, OSError):
                ending = self._bury()
                if computation.over:
                    return  # cancelled: the pool killed the worker
                if began:
                    break
            else:
                self._pool.finished(computation, message)
                return
        self._pool.finished(computation, Failed(_obituary(ending, began=began), ""))

    def _living(self) -> WorkerProcess:
        """Give a worker that runs, a new one where necessary."""
        if self.process is not None and not self.process.alive:
            self._bury()
        if self.process is None:
            process = WorkerProcess(self._threads)
            with self._pool.changed:
                self.process = process
                if self._pool.closed:  # it missed the order to end
                    process.kill()
        return self.process

    def _bury(self) -> str:
        with self._pool.changed:
            process, self.process, self.cold = self.process, None, True
        return "" if process is None else process.bury()


def _obituary(ending: str, *, began: bool) -> str:
    """Say in a sentence how a worker's death ended a job."""
    if not began:
        return f"No worker process could be started ({ending}); the server's log says more."
    if ending == "signal SIGKILL":
        return (
            "The worker process was killed from outside (signal SIGKILL), most often because the "
            "machine ran out of memory; try again, or with a smaller computation."
        )
    return f"The worker process ended in the middle of the computation ({ending}); try again."
