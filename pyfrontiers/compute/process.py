"""A worker process as its executor sees it: start, messages, kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import BinaryIO, cast

from pyfrontiers.compute.frames import Message, read_message, write_message

__all__ = ["WorkerProcess"]

#: Seconds that a worker has to leave after its pipe closed, before it is killed.
_LEAVING = 2.0

# A fresh interpreter that imports the worker and nothing else. multiprocessing's spawn would run
# the parent's main module again, and under `streamlit run` that is the visitor's page.
_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; from pyfrontiers.compute.worker import serve; serve()"
)


class WorkerProcess:
    """A running worker.

    Args:
        threads: Threads that numerical libraries may use in it.

    """

    def __init__(self, threads: int) -> None:
        count = str(threads)
        # Read by OpenMP, MKL and OpenBLAS when they load, whichever module loads them; the worker
        # itself need not know which of them a job uses.
        settings = {
            "OMP_NUM_THREADS": count,
            "MKL_NUM_THREADS": count,
            "OPENBLAS_NUM_THREADS": count,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM.format(path=[*map(str, sys.path)])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | settings,
            # Out of the terminal's group: Ctrl-C reaches the parent only, which then ends us.
            process_group=0 if os.name == "posix" else None,
        )
        self._requests = cast("BinaryIO", self._process.stdin)
        self._replies = cast("BinaryIO", self._process.stdout)
        #: Whether :meth:`kill` was called.
        self.killed = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs and was not killed."""
        return not self.killed and self._process.poll() is None

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            OSError: The worker is gone.

        """
        write_message(self._requests, message)

    def receive(self) -> Message:
        """Wait for the next message.

        Raises:
            EOFError: The worker is gone.

        """
        return read_message(self._replies)

    def kill(self) -> None:
        """End it at once, whatever it is doing. Does not wait."""
        self.killed = True
        self._process.kill()

    def reap(self) -> str:
        """Wait for its exit and close the pipes.

        Returns:
            The exit reason, such as ``"signal SIGKILL"`` or ``"exit code 1"``.

        """
        try:
            code = self._process.wait(_LEAVING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for pipe in (self._requests, self._replies):
            try:
                pipe.close()
            except OSError:  # unsent bytes for a process that is gone
                continue
        if code >= 0:
            return f"exit code {code}"
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
