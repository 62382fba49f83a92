"""Wait for jobs in a terminal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rich.progress import TextColumn

from pyfrontiers.cli.progress import bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.compute import Job

__all__ = ["wait_for"]

#: Seconds between progress updates.
_UPDATE = 0.1


def wait_for(jobs: Sequence[Job], shown: Sequence[Job] | None = None) -> None:
    """Wait until all jobs are finished, with a progress bar for each running job.

    Args:
        jobs: What to wait for.
        shown: The jobs whose progress is shown; by default the ones waited for.

    """
    shown = jobs if shown is None else shown
    # A failed job raises when its result is used; the root of the command line reports it once.
    logging.getLogger("pyfrontiers.compute").addHandler(logging.NullHandler())
    with bar(TextColumn("[bold]{task.fields[label]}")) as bars:
        tasks = [bars.add_task("", total=1.0, label=job.label, visible=False) for job in shown]
        for waited in jobs:
            while not waited.wait(_UPDATE):
                for job, task in zip(shown, tasks, strict=True):
                    progress = job.progress
                    running = job.state == "running"
                    bars.update(
                        task,
                        completed=progress.fraction,
                        description=progress.message,
                        visible=running,
                    )
