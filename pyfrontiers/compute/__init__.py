"""Background jobs with progress, cancellation and shared computations.

    job = submit(attack_temple, label="Attack", epsilon=4 / 255, steps=20)
    while not job.wait(0.25):
        show(job.progress)
    result = job.result()

A `Scheduler` queues jobs, first in, first out, and shares the computation of equal ones. An
`Executor` runs them: worker processes on this machine, started by the first job, a thread, or the
workers of a Ray cluster.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pyfrontiers.arguments import Range, checked
from pyfrontiers.compute.cluster import RayExecutor
from pyfrontiers.compute.executor import Executor
from pyfrontiers.compute.inline import InlineExecutor
from pyfrontiers.compute.jobs import Job, JobCancelled, JobError, Progress
from pyfrontiers.compute.processes import ProcessExecutor
from pyfrontiers.compute.scheduler import Scheduler

__all__ = [
    "Executor",
    "InlineExecutor",
    "Job",
    "JobCancelled",
    "JobError",
    "ProcessExecutor",
    "Progress",
    "RayExecutor",
    "Scheduler",
    "is_active",
    "open_executor",
    "recall",
    "submit",
    "warm_up",
]

_lock = threading.Lock()
_schedulers: dict[int, Scheduler] = {}


@checked
def submit(
    function: Callable[..., Any],
    /,
    *,
    label: str = "",
    durable: bool = False,
    **parameters: Any,
) -> Job:
    """Run a function in a worker process, or join an equal job.

    Two jobs are equal if they have the same function, parameters (including defaults), package code
    and versions of the numerical libraries. They share one computation, and its result while it is
    cached (the 256 most recently used results, up to 256 MiB).

    Args:
        function: An importable top-level function. If it has a parameter ``report``, it receives a
            callback ``report(fraction, message="", data=None)`` for its progress.
        label: What the job does, in a few words for the user.
        durable: Also store the result on the user's disk, where it survives restarts of the app.
            For long runs that depend only on settings, not for results of a visitor's own data.
        parameters: Keyword arguments of ``function``: plain values, containers, dataclasses,
            arrays, tensors. Create models and open files inside the job.

    Returns:
        The job. Each caller gets a separate one, even if the computation is shared.

    Raises:
        TypeError: A worker cannot import the function, it does not take these parameters, or a
            parameter cannot be compared or sent; the message names it.

    """
    return _scheduler().submit(function, label=label, durable=durable, **parameters)


@checked
def recall(
    function: Callable[..., Any],
    /,
    *,
    label: str = "",
    durable: bool = False,
    **parameters: Any,
) -> Job | None:
    """Return a finished job that is equal to the one described, or ``None``; start nothing.

    Args:
        function: As for :func:`submit`.
        label: As for :func:`submit`.
        durable: Also look on the user's disk.
        parameters: As for :func:`submit`.

    Raises:
        TypeError: As for :func:`submit`.

    """
    return _scheduler().recall(function, label=label, durable=durable, **parameters)


@checked
def is_active(function: Callable[..., Any], /, **parameters: Any) -> bool:
    """Return whether a job equal to the one described is queued or running, for any caller.

    Args:
        function: As for :func:`submit`.
        parameters: As for :func:`submit`.

    Raises:
        TypeError: As for :func:`submit`.

    """
    return _scheduler().is_active(function, **parameters)


@checked
def warm_up(module_names: Iterable[str]) -> None:
    """Start the workers and import modules in each, in the background.

    The first job then does not wait for them. Workers that replace killed ones also import them.

    Args:
        module_names: Such as ``["torch", "pyfrontiers.vision"]``.

    """
    _scheduler().warm_up(module_names)


@checked
def open_executor(
    *, workers: Annotated[int, Range(1, 4096)] | None = None, cluster: str | None = None
) -> Executor:
    """Return an executor as a command's options describe it; the caller closes it.

    Args:
        workers: Number of workers on this machine; the number of usable cores by default.
        cluster: Address of a Ray cluster, see :class:`RayExecutor`; ``None`` for worker processes
            without Ray.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ConnectionError: The address does not answer.
        ValueError: The address has another form.

    """
    if cluster is None:
        return ProcessExecutor(workers)
    return RayExecutor(cluster, workers=workers)


def _scheduler() -> Scheduler:
    # By process id: a fork does not have its parent's threads and needs a separate scheduler.
    with _lock:
        found = _schedulers.get(os.getpid())
        if found is None:
            _schedulers.clear()
            found = _schedulers[os.getpid()] = Scheduler()
        return found
