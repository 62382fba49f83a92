"""The progress bar of commands."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Task

__all__ = ["Report", "bar", "progress"]


class Report(Protocol):
    """Shows a step of the work."""

    def __call__(self, fraction: float, message: str | None = None, data: Any = None) -> None:
        """Show the fraction done and what is done now; without a message, the last one stays."""


class _Times(ProgressColumn):
    """The time so far, and about how much is left."""

    def render(self, task: Task) -> Text:
        left = task.time_remaining
        text = f"{timedelta(seconds=int(task.elapsed or 0))}"
        if left is not None:
            text += f", about {timedelta(seconds=int(left))} left"
        return Text(text, style="progress.elapsed")


def bar(*columns: TextColumn) -> Progress:
    """Return a bar on standard error, which disappears at the end.

    Standard output contains only the result. Nothing is shown if standard error is not a terminal.

    Args:
        columns: shown before the bar; after it come the description and the time.
    """
    return Progress(
        *columns,
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        _Times(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


@contextmanager
def progress(message: str = "") -> Iterator[Report]:
    """Show the progress of one piece of work.

    Args:
        message: shown before the first report.
    """
    with bar() as shown:
        task = shown.add_task(message, total=1.0)

        def report(fraction: float, message: str | None = None, data: Any = None) -> None:
            shown.update(task, completed=fraction, description=message)

        yield report
