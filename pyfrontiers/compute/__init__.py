"""Jobs outside the page's thread: progress, cancel, one computation for equal parameters.

    job = submit(attack_temple, label="Attack", epsilon=4 / 255, steps=20)
    while not job.wait(0.25):
        show(job.progress)
    result = job.result()

A `Scheduler` queues the jobs, first in, first out, and shares equal ones; an `Executor` runs them:
worker processes of this machine, which start with the first job, or a thread of this process.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from pyfrontiers.compute.executor import Executor
from pyfrontiers.compute.inline import InlineExecutor
from pyfrontiers.compute.jobs import Job, JobCancelled, JobError, Progress
from pyfrontiers.compute.processes import ProcessExecutor
from pyfrontiers.compute.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "Executor",
    "InlineExecutor",
    "Job",
    "JobCancelled",
    "JobError",
    "ProcessExecutor",
    "Progress",
    "Scheduler",
    "submit",
    "warm_up",
]

_lock = threading.Lock()
_schedulers: dict[int, Scheduler] = {}


def submit(
    function: Callable[..., Any],
    /,
    *,
    label: str = "",
    durable: bool = False,
    **parameters: Any,
) -> Job:
    """Run a function in a worker process, or join the run of an equal call.

    Two calls are equal when function, parameters (defaults counted in) and code of this package and
    of the numerical libraries are: they share one computation, and its result while it is kept (the
    256 most recently used, 256 MiB).

    Args:
        function: An importable top-level function. If it takes a keyword ``report``, it is given
            ``report(fraction, message="", data=None)`` to tell its progress with.
        label: What it does, a few words for the user.
        durable: Keep the result on this user's disk too, over restarts of the app. For long runs
            whose parameters are settings; not for what was made from a visitor's own data.
        parameters: Keyword arguments of ``function``: plain values, containers, dataclasses,
            arrays, tensors. Models and open files are not: pass a name and make them in the job.

    Returns:
        The job; one for each holder, also when the computation is shared.

    Raises:
        TypeError: The function cannot be imported by a worker or does not take these parameters, or
            a parameter cannot be compared or sent; it is named.

    """
    return _scheduler().submit(function, label=label, durable=durable, **parameters)


def warm_up(module_names: Iterable[str]) -> None:
    """Start the workers and import modules in each, in the background.

    The first job then waits for neither; a worker that replaces a cancelled one is warmed up too.

    Args:
        module_names: Such as ``["torch", "pyfrontiers.vision"]``.

    """
    _scheduler().warm_up(module_names)


def _scheduler() -> Scheduler:
    # By process id: a fork has none of its parent's threads and needs a scheduler of its own.
    with _lock:
        found = _schedulers.get(os.getpid())
        if found is None:
            _schedulers.clear()
            found = _schedulers[os.getpid()] = Scheduler()
        return found
