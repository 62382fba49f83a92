"""The identity of a call: equal calls share one computation."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.keys import job_key, reference_to
from pyfrontiers.compute.tasks import Task, pickled_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["identified"]


def identified(function: Callable[..., Any], parameters: dict[str, Any]) -> tuple[str, Task]:
    """Check a call and return its key and task.

    Raises:
        TypeError: The function or a parameter cannot be sent or compared; the message names it.

    """
    module, name = reference_to(function)
    signature = inspect.signature(function)
    reports = "report" in signature.parameters
    if "report" in parameters:
        raise TypeError("parameter 'report' is set by the scheduler; leave it out")
    try:
        bound = signature.bind(**parameters, **({"report": None} if reports else {}))
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    bound.apply_defaults()  # f(x) and f(x, steps=<its default>) are the same computation
    counted = {k: v for k, v in bound.arguments.items() if not (reports and k == "report")}
    key = job_key((module, name), counted, code_version())
    path = tuple(map(str, sys.path))
    return key, Task(module, name, pickled_parameters(name, parameters), reports, path)
