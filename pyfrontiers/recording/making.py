"""Remake records: first the runs that can be parallel jobs, then those that must run alone."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from pyfrontiers.compute import submit
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording.recipe import Made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyfrontiers.compute import Job
    from pyfrontiers.recording.recipe import Recipe

__all__ = ["finish", "run_alone", "start"]


def start(name: str, recipe: Recipe) -> list[Job]:
    """Submit the runs of a recipe as jobs.

    Workers use one thread, so results depend neither on the number of cores nor on the load.
    """
    return [submit(recipe.function, label=name, **parameters) for parameters in recipe.runs()]


def finish(recipe: Recipe, jobs: Sequence[Job], folder: Path | None = None) -> list[Path]:
    """Wait for the jobs of :func:`start` and write the record.

    Args:
        recipe: The recipe.
        jobs: Its jobs, in the order of its runs.
        folder: Folder of the files. Default: the recipe's, which holds the shipped files.

    Returns:
        The files.

    Raises:
        JobError: A run failed.
        ValueError: The folder cannot be written to.

    """
    made = []
    for parameters, job in zip(recipe.runs(), jobs, strict=True):
        result = job.result()
        seed = parameters.get("seed")
        made.append(Made(result, Provenance.now(seed=seed, seconds=job.seconds)))
    return list(recipe.write(made, folder or recipe.folder))


def run_alone(recipe: Recipe, folder: Path | None = None, **extra: Any) -> list[Path]:
    """Run a recipe in this process, one run after the other, and write the record.

    Args:
        recipe: The recipe.
        folder: As for :func:`finish`.
        extra: Additional arguments for its function, such as ``report``.

    Returns:
        The files.

    """
    made = []
    for parameters in recipe.runs():
        begin = perf_counter()
        result = recipe.function(**parameters, **extra)
        seconds = perf_counter() - begin
        made.append(Made(result, Provenance.now(seed=parameters.get("seed"), seconds=seconds)))
    return list(recipe.write(made, folder or recipe.folder))
