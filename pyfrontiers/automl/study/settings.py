"""The settings by which a study is recognised."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.study.errors import StudyError
from pyfrontiers.compute.keys import job_key

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that determine the results of a study; they never change.

    Attributes:
        seed: Seed of every child.
        rungs: Budgets at which a child is saved on the way to a larger one, ascending.
        window: Number of proposals that may be open at a time.
        search: Class of the search.
        space: Digest of the search space.
        trainable: Digest of what trains the children.
        data: Digest of the data.
        version: Version of the code.

    """

    seed: int
    rungs: tuple[int, ...]
    window: int
    search: str
    space: str
    trainable: str
    data: str
    version: str

    def key(self, architecture: Architecture, budget: int) -> bytes:
        """Return the key of a trial, a hash of everything that its outcome depends on."""
        child = {"architecture": architecture, "budget": budget, "seed": self.seed}
        return bytes.fromhex(job_key((self.trainable, self.data), child, self.version))

    def write(self, connection: sqlite3.Connection) -> None:
        """Store the settings of a new study."""
        connection.executemany(
            "INSERT INTO settings VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in asdict(self).items()],
        )

    @classmethod
    def read(cls, connection: sqlite3.Connection, folder: Path) -> Settings | None:
        """Return the settings of a study, or ``None`` if it is new.

        Raises:
            StudyError: They are incomplete.

        """
        stored: dict[str, Any] = {
            name: json.loads(value)
            for name, value in connection.execute("SELECT name, value FROM settings")
        }
        if not stored:
            return None
        if set(stored) != {field.name for field in fields(cls)}:
            raise StudyError(f"the study in {folder} is damaged (its settings are incomplete)")
        return cls(**{**stored, "rungs": tuple(stored["rungs"])})

    def check(self, wanted: Settings, folder: Path) -> None:
        """Raise unless a study has the settings that are wanted.

        Raises:
            StudyError: It does not; the message names the first difference, beginning with the
                data, which decide about others.

        """
        for name in sorted((field.name for field in fields(self)), key="data".__ne__):
            has, wants = getattr(self, name), getattr(wanted, name)
            if has != wants:
                subject = _SUBJECTS.get(name, name)
                raise StudyError(
                    f"the study in {folder} has another {subject}: it has {_short(has)}, wanted "
                    f"{_short(wants)}; continue it with the same, or begin in another folder"
                )


_SUBJECTS = {
    "data": "data set",
    "rungs": "list of rungs",
    "space": "search space",
    "version": "version of the code",
}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 48 else f"{text[:45]}..."
