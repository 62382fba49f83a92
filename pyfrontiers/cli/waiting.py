"""Wait for jobs in a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.compute import Job

__all__ = ["wait_for"]

#: Seconds between progress updates.
_UPDATE = 0.1


def wait_for(jobs: Sequence[Job], shown: Sequence[Job] | None = None) -> None:
    """Wait until all jobs are finished, with a progress bar for each running job.

    Progress goes to standard error and disappears; standard output contains only the result.

    Args:
        jobs: What to wait for.
        shown: The jobs whose progress is shown; by default the ones waited for.

    """
    shown = jobs if shown is None else shown
    # A failed job raises when its result is used; the root of the command line reports it once.
    logging.getLogger("pyfrontiers.compute").addHandler(logging.NullHandler())
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        tasks = [bar.add_task(job.label, total=1.0, note="", visible=False) for job in shown]
        for waited in jobs:
            while not waited.wait(_UPDATE):
                for job, task in zip(shown, tasks, strict=True):
                    progress = job.progress
                    running = job.state == "running"
                    bar.update(
                        task, completed=progress.fraction, note=progress.message, visible=running
                    )
