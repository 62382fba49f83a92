"""A study: a search whose children run on an executor, recorded in one file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.automl.protocols import Architecture, Report, Search, Trainable
from pyfrontiers.automl.study.coordinator import Coordinator
from pyfrontiers.automl.study.database import FILE, Database, locked
from pyfrontiers.automl.study.errors import StudyError
from pyfrontiers.automl.study.lineup import Lineup
from pyfrontiers.automl.study.record import StudyRecord
from pyfrontiers.automl.study.settings import Settings
from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.executor import Executor
from pyfrontiers.compute.keys import job_key
from pyfrontiers.compute.tasks import Common, pickled_parameters

if TYPE_CHECKING:
    from pyfrontiers.automl.study.coordinator import Ending
    from pyfrontiers.automl.study.trials import Trial

__all__ = ["Study", "StudySummary", "open_study"]


@dataclass(frozen=True, slots=True)
class StudySummary:
    """A study after a run.

    Attributes:
        children: Number of outcomes that the search has learned, over all runs.
        counts: Number of trials in each state.
        best: The trial with the largest reward among those with the largest budget.
        ending: Why the run ended.
        seconds: Duration of the run.

    """

    children: int
    counts: dict[str, int]
    best: Trial | None
    ending: Ending
    seconds: float


class Study(StudyRecord):
    """A search, what trains its children, and the record of both; see :func:`open_study`."""

    def __init__(
        self,
        record: tuple[Database, Settings, int],
        search: Search,
        common: Common,
        *,
        refuse: Callable[[Architecture], str] | None,
        observe: Callable[[int, Search], Any] | None,
        attempts: int,
    ) -> None:
        super().__init__(*record)
        self.search = search
        self._common = common
        self._refuse, self._observe = refuse, observe
        self._attempts = attempts

    @checked
    def run(
        self,
        executor: Executor,
        *,
        children: Count | None = None,
        seconds: float | None = None,
        report: Report | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> StudySummary:
        """Run the study until it has enough children, the time is over, or the search ends.

        Args:
            executor: Runs the children; the caller closes it.
            children: Number of children, counting those of earlier runs.
            seconds: Time for this run. What is unfinished then is interrupted and continues in the
                next run.
            report: Called with the fraction done and a message.
            stop: Called several times a second; the run ends when it returns true.

        Returns:
            The state of the study.

        Raises:
            StudyError: The disk is full, another process runs the study, or the executor can run
                nothing. What has been recorded is kept, also after any other exception.

        """
        began = time.monotonic()
        scratch = self.folder / "scratch"
        with locked(self.folder):
            shutil.rmtree(scratch, ignore_errors=True)
            with suppress(OSError):  # workers then use the system's folder
                scratch.mkdir()
            self.checkpoints.recount()
            with self.transaction():
                self.table.preempt_running()
            lineup = Lineup(self, executor, self._common, scratch, self._attempts)
            try:
                coordinator = Coordinator(
                    self, self.search, lineup, refuse=self._refuse, observe=self._observe
                )
                ending = coordinator.run(
                    executor,
                    children=children,
                    deadline=None if seconds is None else began + seconds,
                    report=report,
                    stop=stop,
                )
            finally:
                lineup.stop()
                shutil.rmtree(scratch, ignore_errors=True)
        took = time.monotonic() - began
        return StudySummary(coordinator.told, self.counts(), self.best(), ending, took)


@checked
def open_study(
    folder: Path,
    *,
    search: Search,
    trainable: Trainable,
    space: Any = None,
    data: Any = None,
    data_digest: str | None = None,
    seed: Seed = 0,
    rungs: tuple[Count, ...] = (),
    window: Annotated[int, Range(1, 4096)] = 8,
    refuse: Callable[[Architecture], str] | None = None,
    observe: Callable[[int, Search], Any] | None = None,
    disk: Count = 128 * 2**20,
    attempts: Count = 4,
    version: str | None = None,
) -> Study:
    """Begin a study, or open one to continue it.

    What a study finds is a function of search, trainable, data, seed, rungs and window. It depends
    neither on the executor and its number of workers nor on where earlier runs ended.

    Args:
        folder: The study's folder, created if there is none.
        search: Proposes the children; a new one, for a study that continues restores its state.
        trainable: Trains one child in a worker.
        space: The search space, for the record: values that jobs can compare.
        data: Passed to ``trainable``; pickled once and sent once to each worker.
        data_digest: Identifies the data; computed from ``data`` by default.
        seed: Passed to ``trainable``.
        rungs: Budgets, ascending, at which a child is saved on its way to a larger one.
        window: Number of proposals that may be open at a time. A few more than there are workers
            keep these busy; the more, the later the search learns.
        refuse: Returns a sentence that says why a child is not worth training (such as its cost),
            or ``""``. It must depend on the architecture alone.
        observe: Called with the number of outcomes and the search after each outcome; what it
            returns (JSON values) is recorded unless it is ``None``.
        disk: Maximum total size of checkpoints in bytes; beyond it, the oldest are deleted. Such a
            child is trained from the beginning if it is to climb further.
        attempts: Number of workers that may die while they train the same child.
        version: Version of the code; computed from the package by default.

    Returns:
        The study; `run` runs it.

    Raises:
        StudyError: The folder has something else, or a study with other settings, of another
            version, or damaged; the message says what to do.
        TypeError: Something cannot be compared or sent to a worker; the message names it.
        ValueError: ``rungs`` are not ascending.

    """
    if list(rungs) != sorted(set(rungs)):
        raise ValueError(f"rungs must be ascending, got {list(rungs)}")
    settings = Settings(
        seed=seed,
        rungs=rungs,
        window=window,
        search=f"{type(search).__module__}.{type(search).__qualname__}",
        space=_digest("space", space),
        trainable=_digest("trainable", trainable),
        data=_digest("data", data) if data_digest is None else data_digest,
        version=code_version() if version is None else version,
    )
    parameters = {"trainable": trainable, "data": data, "seed": seed}
    common = Common(
        f"{settings.trainable}-{settings.data}-{seed}", pickled_parameters("a study", parameters)
    )
    record = _database(folder, settings), settings, disk
    return Study(record, search, common, refuse=refuse, observe=observe, attempts=attempts)


def _digest(name: str, value: Any) -> str:
    return job_key(("study", name), {name: value}, "")


def _database(folder: Path, settings: Settings) -> Database:
    """Open the study's file; write the settings of a new study, check those of another."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(
            f"folder must be a folder that can be written, got {folder} ({error.strerror})"
        ) from error
    path = folder / FILE
    if not path.exists() and any(folder.iterdir()):
        raise StudyError(
            f"folder must be empty or hold a study, got {folder}, which holds other files"
        )
    database = Database(path, create=True)
    try:
        with database.transaction() as connection:
            stored = Settings.read(connection, folder)
            if stored is None:
                settings.write(connection)
            else:
                stored.check(settings, folder)
    except BaseException:
        database.close()
        raise
    return database
