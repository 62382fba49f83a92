"""A worker process from the executor's side: start, messages, kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import BinaryIO, cast

from pyfrontiers.compute.frames import Message, read_message, write_message
from pyfrontiers.compute.tasks import Common, Task

__all__ = ["WorkerProcess"]

#: Seconds that a worker has to exit after its pipe is closed, before it is killed.
_GRACE = 2.0

# A new interpreter that imports only the worker. multiprocessing's spawn would run the parent's
# main module again, which is the visitor's page under `streamlit run`.
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
        # OpenMP, MKL and OpenBLAS read these when a job loads them.
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
            # A separate process group: Ctrl-C reaches only the parent, which then ends the worker.
            process_group=0 if os.name == "posix" else None,
        )
        self._requests = cast("BinaryIO", self._process.stdin)
        self._replies = cast("BinaryIO", self._process.stdout)
        self._common = ""  # digest of what the worker holds
        #: Whether :meth:`kill` was called.
        self.killed = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is running and was not killed."""
        return not self.killed and self._process.poll() is None

    def send(self, message: Message) -> None:
        """Send a message. What a task shares with the one before is not sent again.

        Raises:
            OSError: The worker is gone.

        """
        if isinstance(message, Task) and message.common is not None:
            digest = message.common.digest
            if digest != self._common:
                write_message(self._requests, message.common)
                self._common = digest
            message = replace(message, common=Common(digest, b""))
        write_message(self._requests, message)

    def receive(self) -> Message:
        """Wait for the next message.

        Raises:
            EOFError: The worker is gone.

        """
        return read_message(self._replies)

    def kill(self) -> None:
        """Kill the worker without waiting for its exit."""
        self.killed = True
        self._process.kill()

    def reap(self) -> str:
        """Wait for its exit and close the pipes.

        Returns:
            The exit reason, such as ``"signal SIGKILL"`` or ``"exit code 1"``.

        """
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for pipe in (self._requests, self._replies):
            try:
                pipe.close()
            except OSError:  # unsent bytes to a process that is gone
                continue
        if code >= 0:
            return f"exit code {code}"
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
