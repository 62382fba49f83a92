"""A job as its holder sees it, and the computation behind it that equal jobs share."""

from __future__ import annotations

import pickle
import time
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pyfrontiers.compute.scheduler import Scheduler
    from pyfrontiers.compute.tasks import Task

__all__ = ["Computation", "Job", "JobCancelled", "JobError", "Progress", "State"]

State = Literal["queued", "running", "done", "failed", "cancelled"]


class JobError(RuntimeError):
    """A job failed; the message is one sentence for the user.

    Attributes:
        traceback: The worker's traceback, for the log; empty when the worker died.

    """

    def __init__(self, sentence: str, traceback: str = "") -> None:
        super().__init__(sentence)
        self.traceback = traceback
        if traceback:
            self.add_note(f"In the worker:\n{traceback}")


class JobCancelled(RuntimeError):  # noqa: N818  # the name of a state, not of a mistake
    """The result of a job was asked for that its holder had cancelled."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        fraction: Share done, 0 to 1; never falls.
        message: What is going on.
        data: What the job gave along, or ``None``.

    """

    fraction: float
    message: str = ""
    data: Any = None


@dataclass(eq=False)
class Computation:
    """One run of a function for all who asked for it; guarded by its scheduler's condition."""

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
    # Weak, so that a visitor who left without cancelling does not keep it alive against the rest.
    holders: weakref.WeakSet[Job] = field(default_factory=weakref.WeakSet)

    @property
    def over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state not in ("queued", "running")


class Job:
    """One holder's view of a computation; made by :func:`pyfrontiers.compute.submit`.

    Holders of equal jobs share the computation. Each holder keeps one ``Job``: cancelling it leaves
    the others' alone, and the computation ends when the last holder has cancelled.

    Attributes:
        label: What it does, a few words for the user.

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
        """Whether it is over, in whichever way."""
        return self._left or self._computation.over

    @property
    def ahead(self) -> int:
        """How many jobs stand before it in the queue; 0 once it runs. First in, first out."""
        return self._scheduler.ahead(self._computation)

    @property
    def progress(self) -> Progress:
        """How far it is. Data are unpickled at each look, so keep what is shown."""
        with self._scheduler.changed:
            shared = self._computation
            fraction, message, data = shared.fraction, shared.message, shared.data
        return Progress(fraction, message, pickle.loads(data) if data else None)

    @property
    def seconds(self) -> float:
        """How long it has run, or ran; 0 while it waits."""
        shared = self._computation
        if shared.began is None:
            return 0.0
        return (time.monotonic() if shared.ended is None else shared.ended) - shared.began

    @property
    def error(self) -> str:
        """What went wrong, one sentence; empty unless the job failed."""
        return self._computation.error

    @property
    def traceback(self) -> str:
        """The worker's traceback, for the log; empty unless the function raised."""
        return self._computation.traceback

    def cancel(self) -> None:
        """Give the job up. Ends its worker at once when nobody else holds the computation."""
        with self._scheduler.changed:
            if not self.done:
                self._left = True
                self._computation.holders.discard(self)
                self._scheduler.abandoned(self._computation)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over.

        Args:
            timeout: Seconds to wait at most; ``None`` waits without end.

        Returns:
            Whether it is over.

        """
        with self._scheduler.changed:
            return self._scheduler.changed.wait_for(lambda: self.done, timeout)

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the result.

        Args:
            timeout: Seconds to wait at most; ``None`` waits without end.

        Returns:
            What the function returned: a fresh copy at each call, so no holder can change
            another's.

        Raises:
            JobError: It failed; the message says why in a sentence.
            JobCancelled: This holder had cancelled it.
            TimeoutError: It is not over yet.

        """
        if not self.wait(timeout):
            raise TimeoutError(f"{self.label or 'the job'} is not done after {timeout:g} s")
        state = self.state
        if state == "cancelled":
            raise JobCancelled(f"{self.label or 'the job'} was cancelled")
        if state == "failed":
            raise JobError(self.error, self.traceback)
        return pickle.loads(self._computation.result)
