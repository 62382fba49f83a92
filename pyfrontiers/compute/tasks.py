"""Tasks and their updates, shared by scheduler, executors and workers."""

from __future__ import annotations

import errno
import importlib
import math
import pickle
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Cause",
    "Common",
    "Done",
    "Event",
    "Failed",
    "Reported",
    "Started",
    "Task",
    "Update",
    "pickled_parameters",
    "run_task",
]


@dataclass(frozen=True, slots=True)
class Common:
    """Keyword arguments that many tasks share. Executors send them to each worker once.

    Attributes:
        digest: Identifies the content.
        parameters: Pickled keyword arguments.

    """

    digest: str
    parameters: bytes


@dataclass(frozen=True, slots=True)
class Task:
    """A function call to run elsewhere.

    Attributes:
        module: Module that defines the function.
        name: Its qualified name there.
        parameters: Pickled keyword arguments.
        reports: Whether the function has a parameter ``report``.
        path: ``sys.path`` for the import.
        common: Further keyword arguments, the same for many tasks.

    """

    module: str
    name: str
    parameters: bytes
    reports: bool
    path: tuple[str, ...]
    common: Common | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The function is about to be called."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Progress: fraction done, message, and pickled data or ``b""``."""

    fraction: float
    message: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The pickled result."""

    result: bytes


#: What failed: the task itself, the worker that ran it, or the executor, which can run no task.
Cause = Literal["task", "worker", "executor"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A sentence for the user, a traceback for the log, and what failed."""

    sentence: str
    traceback: str = ""
    cause: Cause = "task"


Update = Started | Reported | Done | Failed


@dataclass(frozen=True, slots=True)
class Event:
    """An update of a task; the last one is ``Done`` or ``Failed``.

    Attributes:
        ticket: Ticket of the task.
        update: What happened.

    """

    ticket: int
    update: Update


def pickled_parameters(name: str, parameters: dict[str, Any]) -> bytes:
    """Pickle the keyword arguments of a task.

    Args:
        name: Name of the function, for error messages.
        parameters: Keyword arguments.

    Returns:
        The pickle.

    Raises:
        TypeError: A parameter cannot be pickled; the message names it.

    """
    for parameter, value in parameters.items():
        try:
            pickle.dumps(value, protocol=5)
        except Exception as error:
            raise TypeError(
                f"parameter {parameter!r} of {name} cannot be sent to a worker: {error}"
            ) from error
    return pickle.dumps(parameters, protocol=5)


def run_task(task: Task, send: Callable[[Reported], None]) -> Done | Failed:
    """Import the function of a task, call it, and pickle its result.

    Args:
        task: The task; the caller applies its ``path``.
        send: Called with each progress report.

    Returns:
        The result or the failure. Raises nothing.

    """
    try:
        function: Any = importlib.import_module(task.module)
        for part in task.name.split("."):
            function = getattr(function, part)
        parameters = pickle.loads(task.parameters)
        if task.common is not None:
            parameters |= pickle.loads(task.common.parameters)
        if task.reports:
            parameters["report"] = _Reporter(send)
        result = function(**parameters)
    except BaseException as error:
        # A full disk is no fault of the task: every other one would fail too.
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        cause: Cause = "executor" if full else "task"
        return Failed(_sentence(error), traceback.format_exc(), cause)
    try:
        return Done(pickle.dumps(result, protocol=5))
    except Exception as error:
        kind = type(result).__qualname__
        return Failed(
            f"The result of {task.name} (a {kind}) cannot be sent back from the worker: {error}.",
            traceback.format_exc(),
        )


class _Reporter:
    """The ``report`` callback of a function. The fraction never decreases."""

    def __init__(self, send: Callable[[Reported], None]) -> None:
        self._send = send
        self._fraction = 0.0

    def __call__(self, fraction: float, message: str = "", data: Any = None) -> None:
        """Report the fraction done (0 to 1), a message, and data, which are copied immediately."""
        share = float(fraction)
        if math.isnan(share):
            raise ValueError("fraction must be a number from 0 to 1, got NaN")
        self._fraction = max(self._fraction, min(share, 1.0))
        copied = b"" if data is None else pickle.dumps(data, protocol=5)
        self._send(Reported(self._fraction, str(message), copied))


def _sentence(error: BaseException) -> str:
    """Describe an error in one line, keeping a message that is already a sentence."""
    if isinstance(error, MemoryError):
        return "There was not enough memory for this computation; try a smaller one."
    lines = str(error).strip().splitlines()
    text = lines[0].strip() if lines else ""
    if " " not in text or isinstance(error, KeyError):
        text = f"{type(error).__qualname__}: {text}" if text else type(error).__qualname__
    return text if text.endswith((".", "!", "?")) else f"{text}."
