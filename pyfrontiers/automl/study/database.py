"""The file of a study: SQLite in WAL mode, written by one coordinator, with any number of readers.

A commit survives the death of the process. After a power cut the last commits may be missing, but
the file stays valid, and missing results are recomputed.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyfrontiers.automl.study.errors import StudyError, explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FILE", "Database", "locked"]

#: Name of the file in the study's folder.
FILE = "study.sqlite"
#: Marks the file as a study; "pyfs" in ASCII.
_APPLICATION = 0x70796673
#: Format of the tables.
_FORMAT = 1

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trials (
    key BLOB PRIMARY KEY,        -- of architecture, seed, budget, data, trainable, version
    number INTEGER NOT NULL,     -- the first proposal that needed it
    architecture TEXT NOT NULL,
    budget INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('queued', 'running', 'done', 'failed', 'preempted', 'pruned')),
    value REAL,
    metrics TEXT,
    error TEXT,
    losses INTEGER NOT NULL DEFAULT 0,  -- workers that died while they ran it
    seconds REAL
) WITHOUT ROWID;
CREATE TABLE proposals (number INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE snapshots (
    name TEXT PRIMARY KEY, asked INTEGER NOT NULL, told INTEGER NOT NULL,
    checksum BLOB NOT NULL, state BLOB NOT NULL);
CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY, architecture TEXT UNIQUE NOT NULL, budget INTEGER NOT NULL,
    size INTEGER NOT NULL, checksum BLOB NOT NULL, content BLOB NOT NULL);
CREATE TABLE records (told INTEGER PRIMARY KEY, content TEXT NOT NULL);
"""


class Database:
    """A connection to a study's file.

    Args:
        path: The file.
        create: Whether to create it if there is none.

    Raises:
        StudyError: There is none, it is no study, of another format, or damaged.

    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        if not create and not path.exists():
            raise StudyError(f"there is no study in {path.parent}")
        try:
            # Transactions are explicit; threads take turns.
            self.connection = sqlite3.connect(
                path, timeout=10, isolation_level=None, check_same_thread=False
            )
            try:
                self._check(create=create)
            except BaseException:
                self.connection.close()
                raise
        except sqlite3.Error as error:
            raise explained(error, path) from error

    def close(self) -> None:
        """Close the connection; the file stays."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction.

        Raises:
            StudyError: The disk is full, or the file cannot be written.

        """
        try:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read, with errors as sentences.

        Raises:
            StudyError: The file is damaged.

        """
        try:
            yield self.connection
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def _check(self, *, create: bool) -> None:
        """Create the tables of a new file; check those of another."""
        ask = self.connection.execute
        if ask("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise StudyError(str(explained(sqlite3.DatabaseError("malformed"), self.path)))
        (tables,) = ask("SELECT count(*) FROM sqlite_master").fetchone()
        if tables == 0 and create:
            ask("PRAGMA journal_mode = WAL")
            with self.transaction():
                for statement in _TABLES.split(";\n"):
                    ask(statement)
                ask(f"PRAGMA application_id = {_APPLICATION}")
                ask(f"PRAGMA user_version = {_FORMAT}")
        (application,) = ask("PRAGMA application_id").fetchone()
        (form,) = ask("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            raise StudyError(f"{self.path} is not a study; choose another folder")
        if form != _FORMAT:
            raise StudyError(
                f"the study in {self.path.parent} has format {form}, and this version of "
                f"pyfrontiers reads format {_FORMAT}; use the version that began it, or begin "
                "again in another folder"
            )
        ask("PRAGMA synchronous = NORMAL")
        ask(f"PRAGMA journal_size_limit = {4 * 2**20}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the study for one coordinator; the system releases the lock when the process ends.

    Raises:
        StudyError: Another process or thread holds it.

    """
    path = folder / "lock.sqlite"
    holder = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise explained(error, path) from error
        yield
    finally:
        holder.close()
