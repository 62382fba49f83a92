"""Checkpoints of children between two rungs, limited in total size.

A checkpoint only saves time: a child whose checkpoint was deleted is trained from the beginning,
with the same result.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyfrontiers.automl.study.trials import spelled

if TYPE_CHECKING:
    import sqlite3

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["Checkpoints", "checksum"]

#: Approximate size of a row without its content, in bytes.
_ROW = 256


def checksum(content: bytes) -> bytes:
    """Return a digest that reveals damage."""
    return hashlib.blake2b(content, digest_size=16).digest()


class Checkpoints:
    """The table of checkpoints, one for each child; the caller opens transactions.

    Args:
        connection: Connection to the study's file.
        size: Maximum total size in bytes; beyond it, the oldest are deleted.

    """

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._ask = connection.execute
        self._size = size
        #: A child whose checkpoint is not deleted to make room.
        self.protected: Architecture | None = None
        self._total = 0
        self.recount()

    def recount(self) -> None:
        """Add up all sizes; for each new checkpoint this would take longer than a small child."""
        (self._total,) = self._ask("SELECT coalesce(sum(size), 0) FROM checkpoints").fetchone()

    def get(self, architecture: Architecture, *, below: int | None = None) -> bytes | None:
        """Return the checkpoint of a child, or ``None`` if there is none or it is damaged.

        Args:
            architecture: Tokens of the child.
            below: Only a checkpoint of a smaller budget than this.

        """
        row = self._ask(
            "SELECT budget, checksum, content FROM checkpoints WHERE architecture = ?",
            (spelled(architecture),),
        ).fetchone()
        if row is None or (below is not None and row[0] >= below) or checksum(row[2]) != row[1]:
            return None
        content: bytes = row[2]
        return content

    def put(self, architecture: Architecture, budget: int, content: bytes) -> None:
        """Replace the checkpoint of a child, unless that is of a larger budget."""
        name = spelled(architecture)
        held = self._ask(
            "SELECT budget FROM checkpoints WHERE architecture = ?", (name,)
        ).fetchone()
        if len(content) > self._size or (held is not None and held[0] >= budget):
            return
        self.delete(architecture)
        size = len(content) + _ROW
        self._ask(
            "INSERT INTO checkpoints (architecture, budget, size, checksum, content) "
            "VALUES (?, ?, ?, ?, ?)",
            (name, budget, size, checksum(content), content),
        )
        self._total += size
        spared = "" if self.protected is None else spelled(self.protected)
        oldest = "SELECT architecture FROM checkpoints WHERE architecture != ? ORDER BY id"
        while self._total > self._size and (row := self._ask(oldest, (spared,)).fetchone()):
            self._delete(row[0])

    def delete(self, architecture: Architecture) -> None:
        """Delete the checkpoint of a child."""
        self._delete(spelled(architecture))

    def _delete(self, name: str) -> None:
        where = "FROM checkpoints WHERE architecture = ?"
        for (size,) in self._ask(f"SELECT size {where}", (name,)).fetchall():
            self._total -= size
        self._ask(f"DELETE {where}", (name,))
