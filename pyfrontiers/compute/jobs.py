"""Jobs, and the computations that equal jobs share."""

from __future__ import annotations

import pickle
import time
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pyfrontiers.compute.tasks import Done, Failed, Started

if TYPE_CHECKING:
    from pyfrontiers.compute.scheduler import Scheduler
    from pyfrontiers.compute.tasks import Task, Update

__all__ = ["Computation", "Job", "JobCancelled", "JobError", "Progress", "State"]

State = Literal["queued", "running", "done", "failed", "cancelled"]


class JobError(RuntimeError):
    """A job failed; the message is one sentence for the user.

    Attributes:
        traceback: The worker's traceback, for the log; empty if the worker died.

    """

    def __init__(self, sentence: str, traceback: str = "") -> None:
        super().__init__(sentence)
        self.traceback = traceback
        if traceback:
            self.add_note(f"In the worker:\n{traceback}")


class JobCancelled(RuntimeError):  # noqa: N818  # a state, not an error
    """The result of a cancelled job was requested."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a job.

    Attributes:
        fraction: Share of the work done, 0 to 1; never decreases.
        message: Current step.
        data: Data from the job's last report, or ``None``.

    """

    fraction: float
    message: str = ""
    data: Any = None


@dataclass(eq=False)
class Computation:
    """One run of a function, shared by equal jobs; guarded by the scheduler's condition."""

    key: str
    task: Task
    state: State = "queued"
    fraction: float = 0.0
    message: str = ""
    data: bytes = b""
    result: bytes = b""
    error: str = ""
    traceback: str = ""
    began: float | None = None
    ended: float | None = None
    ticket: int = -1
    durable: bool = False
    # Weak references, so that a visitor who left without cancelling does not keep it alive.
    holders: weakref.WeakSet[Job] = field(default_factory=weakref.WeakSet)

    @property
    def over(self) -> bool:
        """Whether the computation is done, failed or cancelled."""
        return self.state not in ("queued", "running")

    def take(self, update: Update) -> State:
        """Note what the executor told; return the state that follows from it."""
        if isinstance(update, Started):
            self.began = time.monotonic()
            return "running"
        if isinstance(update, Done):
            self.result, self.fraction = update.result, 1.0
            return "done"
        if isinstance(update, Failed):
            self.error, self.traceback = update.sentence, update.traceback
            return "failed"
        self.fraction, self.message, self.data = update.fraction, update.message, update.data
        return self.state


class Job:
    """A handle on a computation, returned by :func:`pyfrontiers.compute.submit`.

    Equal jobs share a computation. Cancelling a job does not affect the others; the computation
    ends when all its jobs are cancelled.

    Attributes:
        label: What the job does, in a few words for the user.

    """

    def __init__(self, scheduler: Scheduler, computation: Computation, label: str) -> None:
        self._scheduler = scheduler
        self._computation = computation
        self._left = False
        self.label = label
        computation.holders.add(self)

    def __repr__(self) -> str:
        return f"<Job {self.label!r} {self.state} {self.progress.fraction:.0%}>"

    @property
    def key(self) -> str:
        """Hash of function, parameters and version; equal jobs have equal keys."""
        return self._computation.key

    @property
    def state(self) -> State:
        """``"queued"``, ``"running"``, ``"done"``, ``"failed"`` or ``"cancelled"``."""
        return "cancelled" if self._left else self._computation.state

    @property
    def done(self) -> bool:
        """Whether the job is done, failed or cancelled."""
        return self._left or self._computation.over

    @property
    def goes_on(self) -> bool:
        """Whether the job was cancelled, but its computation continues for equal jobs."""
        return self._left and not self._computation.over

    @property
    def ahead(self) -> int:
        """Number of jobs ahead of it in the queue; 0 once it runs."""
        return self._scheduler.ahead(self._computation)

    @property
    def progress(self) -> Progress:
        """Current progress. The data are unpickled at each access, so keep a reference."""
        with self._scheduler.changed:
            shared = self._computation
            fraction, message, data = shared.fraction, shared.message, shared.data
        return Progress(fraction, message, pickle.loads(data) if data else None)

    @property
    def seconds(self) -> float:
        """Run time so far, or in total; 0 while it is queued."""
        shared = self._computation
        if shared.began is None:
            return 0.0
        return (time.monotonic() if shared.ended is None else shared.ended) - shared.began

    @property
    def error(self) -> str:
        """Error message, one sentence; empty unless the job failed."""
        return self._computation.error

    @property
    def traceback(self) -> str:
        """The worker's traceback, for the log; empty unless the function raised."""
        return self._computation.traceback

    def cancel(self) -> None:
        """Cancel the job. Kills its worker if no other job shares the computation."""
        with self._scheduler.changed:
            if not self.done:
                self._left = True
                self._computation.holders.discard(self)
                self._scheduler.abandoned(self._computation)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the job is over.

        Args:
            timeout: Maximum number of seconds to wait; ``None`` waits indefinitely.

        Returns:
            Whether it is over.

        """
        with self._scheduler.changed:
            return self._scheduler.changed.wait_for(lambda: self.done, timeout)

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the result.

        Args:
            timeout: Maximum number of seconds to wait; ``None`` waits indefinitely.

        Returns:
            The function's result, a new copy at each call, so that callers cannot change each
            other's.

        Raises:
            JobError: The job failed; the message is a sentence.
            JobCancelled: The job was cancelled.
            TimeoutError: The job is not over yet.

        """
        if not self.wait(timeout):
            raise TimeoutError(f"{self.label or 'the job'} is not done after {timeout:g} s")
        state = self.state
        if state == "cancelled":
            raise JobCancelled(f"{self.label or 'the job'} was cancelled")
        if state == "failed":
            raise JobError(self.error, self.traceback)
        return pickle.loads(self._computation.result)
