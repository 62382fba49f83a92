"""The functions that workers of a Ray cluster run."""

from __future__ import annotations

import platform
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.outbox import Outbox
from pyfrontiers.compute.tasks import Common, Done, Failed, Started, run_task
from pyfrontiers.compute.worker import import_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfrontiers.compute.tasks import Task, Update

__all__ = ["serve_modules", "serve_task"]


def serve_task(task: Task, common: bytes, version: str) -> Iterator[Update]:
    """Run a task in a thread and yield its updates; the last one is ``Done`` or ``Failed``.

    Args:
        task: The task, without the content of what it has in common with others.
        common: This content.
        version: Version of the code that sends the task. A machine with another one runs nothing,
            because its results might differ.

    """
    if version != code_version():
        found, wanted = code_version(), version
        yield Failed(
            f"A machine of the cluster ({platform.node()}) has another version of the code: it has "
            f"{found}, wanted {wanted}; install the same on every machine.",
            cause="executor",
        )
        return
    _extend_path(task.path)
    if task.common is not None:
        task = replace(task, common=Common(task.common.digest, common))
    outbox = Outbox()
    yield Started()
    threading.Thread(target=lambda: outbox.send(run_task(task, outbox.send)), daemon=True).start()
    while not isinstance(update := outbox.take(), Done | Failed):
        yield update
    yield update


def serve_modules(modules: tuple[str, ...], path: tuple[str, ...]) -> None:
    """Import modules, so that later tasks do not wait."""
    _extend_path(path)
    import_modules(modules)


def _extend_path(path: tuple[str, ...]) -> None:
    # Another machine keeps its packages elsewhere: its own path comes first.
    sys.path.extend(each for each in path if each not in sys.path)
