"""What a study has recorded, for its coordinator and for readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import checked
from pyfrontiers.automl.study.checkpoints import Checkpoints
from pyfrontiers.automl.study.database import FILE, Database
from pyfrontiers.automl.study.errors import StudyError
from pyfrontiers.automl.study.settings import Settings
from pyfrontiers.automl.study.snapshots import Snapshots
from pyfrontiers.automl.study.trials import Trials

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager

    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.study.trials import Trial

__all__ = ["StudyRecord", "read_study"]


class StudyRecord:
    """The recorded trials of a study; can be read while the study runs.

    Args:
        database: The study's file.
        settings: The settings that it has.
        disk: Maximum total size of checkpoints in bytes.

    Attributes:
        folder: The study's folder.
        settings: Its settings.

    """

    def __init__(self, database: Database, settings: Settings, disk: int) -> None:
        self._database = database
        self.folder = database.path.parent
        self.settings = settings
        self.table = Trials(database.connection)
        self.checkpoints = Checkpoints(database.connection, disk)
        self.snapshots = Snapshots(database.connection)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Run a block as one transaction."""
        return self._database.transaction()

    def trials(self) -> list[Trial]:
        """Return every trial, in the order of the proposals that first needed them."""
        with self._database.reading():
            return list(self.table.all())

    def told(self) -> list[Trial]:
        """Return what the search can have learned from: the trial of each proposal, in order.

        The list ends before the first proposal whose trial is not over. A child that was proposed
        again is there again.
        """
        with self._database.reading():
            return self.table.told()

    def counts(self) -> dict[str, int]:
        """Return the number of trials in each state."""
        with self._database.reading():
            return self.table.counts()

    def best(self) -> Trial | None:
        """Return the trial with the largest reward among those with the largest budget."""
        with self._database.reading():
            return self.table.best()

    def checkpoint(self, architecture: Architecture) -> bytes | None:
        """Return the checkpoint of a child, or ``None``; the best child's is always kept."""
        with self._database.reading():
            return self.checkpoints.get(architecture)

    def records(self) -> list[tuple[int, Any]]:
        """Return the results of ``observe``, each with the number of outcomes so far."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT told, content FROM records ORDER BY told")
            return [(told, json.loads(content)) for told, content in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()


@checked
def read_study(folder: Path) -> StudyRecord:
    """Open the record of a study, also while it runs.

    Args:
        folder: The study's folder.

    Raises:
        StudyError: There is no study, or it cannot be read; the message is a sentence.

    """
    database = Database(folder / FILE, create=False)
    try:
        with database.reading() as connection:
            settings = Settings.read(connection, folder)
        if settings is None:
            raise StudyError(f"the study in {folder} has not begun")
    except BaseException:
        database.close()
        raise
    return StudyRecord(database, settings, disk=0)
