"""States of a search, from which a study continues."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.automl.study.checkpoints import checksum
from pyfrontiers.automl.study.errors import StudyError

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Snapshot", "Snapshots"]

#: Bytes of states written for each outcome, about.
_BYTES_PER_OUTCOME = 4096


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The place of a recorded state in the sequence of calls.

    Attributes:
        asked: Number of proposals that the search has made.
        told: Number of outcomes that it has learned.
        size: Size of the stored state in bytes.

    """

    asked: int
    told: int
    size: int

    def due(self, told: int) -> bool:
        """Whether the next one should be written after so many outcomes.

        The larger the state, the rarer: the search repeats what came after the last one in
        milliseconds, and a state that grows with the study must not slow it down.
        """
        return told - self.told >= max(8, self.size // _BYTES_PER_OUTCOME)


class Snapshots:
    """The first and the latest snapshot; the caller opens transactions.

    Args:
        connection: Connection to the study's file.

    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._ask = connection.execute

    def write(self, asked: int, told: int, state: dict[str, Any]) -> Snapshot:
        """Write a snapshot in place of the latest one; the first stays.

        Raises:
            TypeError: The state has something else than tensors, numbers, strings and containers.

        """
        stream = io.BytesIO()
        torch.save(state, stream)
        content = stream.getvalue()
        if asked == 0:
            _check_readable(content)
        self._ask(
            "INSERT OR REPLACE INTO snapshots (name, asked, told, checksum, state) "
            "VALUES (?, ?, ?, ?, ?)",
            ("latest" if asked else "first", asked, told, checksum(content), content),
        )
        return Snapshot(asked, told, len(content))

    def read(self) -> tuple[Snapshot, dict[str, Any]] | None:
        """Return the latest snapshot and its state, or ``None`` if there is none.

        If it is damaged, the first one takes its place: the search then repeats everything.

        Raises:
            StudyError: No snapshot can be read.

        """
        rows = self._ask(
            "SELECT asked, told, checksum, state FROM snapshots ORDER BY asked DESC"
        ).fetchall()
        for asked, told, expected, content in rows:
            if checksum(content) != expected:
                continue
            state = torch.load(io.BytesIO(content), weights_only=True)
            return Snapshot(asked, told, len(content)), state
        if rows:
            raise StudyError("the states of the search are damaged; begin again in another folder")
        return None


def _check_readable(content: bytes) -> None:
    """Raise now, and not when the study resumes, if a state cannot be read."""
    try:
        torch.load(io.BytesIO(content), weights_only=True)
    except pickle.UnpicklingError as error:
        raise TypeError(
            "the state of the search must have tensors, numbers, strings and containers of these, "
            f"got something else ({str(error).strip().splitlines()[-1]})"
        ) from error
