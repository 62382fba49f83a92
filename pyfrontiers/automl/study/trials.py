"""Trials: one row for each child and budget."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal, cast

from pyfrontiers.automl.protocols import Outcome, Proposal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["Trial", "TrialState", "Trials", "spelled"]

TrialState = Literal["queued", "running", "done", "failed", "preempted", "pruned"]

_COLUMNS = "number, architecture, budget, state, value, metrics, error, losses, seconds"


@dataclass(frozen=True, slots=True)
class Trial:
    """A child trained up to a budget.

    Attributes:
        number: The first proposal that needed it.
        architecture: Tokens of the child.
        budget: How long it is trained in total.
        state: ``"queued"``; ``"running"``; ``"done"``; ``"failed"``: training raised, or the reward
            is not finite; ``"preempted"``: it was interrupted and will run again; ``"pruned"``: it
            was refused before training.
        value: The reward if it is done.
        metrics: Further figures.
        error: Why it failed or was refused, one sentence.
        losses: Number of workers that died while they ran it.
        seconds: Duration of its training since the rung before.

    """

    number: int
    architecture: Architecture
    budget: int
    state: TrialState
    value: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    losses: int = 0
    seconds: float | None = None

    @property
    def over(self) -> bool:
        """Whether the trial is done, failed or pruned."""
        return self.state in ("done", "failed", "pruned")

    @property
    def outcome(self) -> Outcome:
        """The outcome that the search is told."""
        return Outcome(self.value if self.state == "done" else None, self.metrics, self.error)


def spelled(architecture: Architecture) -> str:
    """Write an architecture as text, such as ``"3,0,2"``."""
    return ",".join(map(str, architecture))


def _tokens(text: str) -> Architecture:
    return tuple(map(int, text.split(","))) if text else ()


def _trial(row: tuple[Any, ...]) -> Trial:
    number, architecture, budget, state, value, metrics, error, losses, seconds = row
    return Trial(
        number,
        _tokens(architecture),
        budget,
        cast("TrialState", state),
        value,
        json.loads(metrics) if metrics else {},
        error or "",
        losses,
        seconds,
    )


class Trials:
    """The tables of trials and proposals; the caller opens transactions.

    Args:
        connection: Connection to the study's file.

    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._ask = connection.execute

    def get(self, key: bytes) -> Trial | None:
        """Return a trial."""
        row = self._ask(f"SELECT {_COLUMNS} FROM trials WHERE key = ?", (key,)).fetchone()
        return None if row is None else _trial(row)

    def all(self) -> Iterator[Trial]:
        """Return every trial, in the order in which they were first needed."""
        return map(_trial, self._ask(f"SELECT {_COLUMNS} FROM trials ORDER BY number, budget"))

    def add(
        self, key: bytes, number: int, architecture: Architecture, budget: int, refused: str = ""
    ) -> None:
        """Add a trial, queued or refused, unless it exists."""
        self._ask(
            "INSERT OR IGNORE INTO trials (key, number, architecture, budget, state, error) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                number,
                spelled(architecture),
                budget,
                "pruned" if refused else "queued",
                refused,
            ),
        )

    def begin(self, key: bytes) -> None:
        """Mark a trial as running."""
        self._ask("UPDATE trials SET state = 'running' WHERE key = ?", (key,))

    def finish(self, key: bytes, outcome: Outcome, seconds: float | None = None) -> bool:
        """Record an outcome; if the trial is already over, change nothing and return ``False``."""
        state = "failed" if outcome.value is None else "done"
        metrics = json.dumps(dict(outcome.metrics)) if outcome.metrics else None
        changed = self._ask(
            "UPDATE trials SET state = ?, value = ?, metrics = ?, error = ?, seconds = ? "
            "WHERE key = ? AND state NOT IN ('done', 'failed', 'pruned')",
            (state, outcome.value, metrics, outcome.failure or None, seconds, key),
        )
        return changed.rowcount == 1

    def preempt(self, key: bytes, *, lost: bool) -> int:
        """Mark a trial as interrupted; return how many workers have died while training it."""
        self._ask(
            "UPDATE trials SET state = 'preempted', losses = losses + ? WHERE key = ?", (lost, key)
        )
        trial = self.get(key)
        return 0 if trial is None else trial.losses

    def preempt_running(self) -> None:
        """Mark all running trials as interrupted."""
        self._ask("UPDATE trials SET state = 'preempted' WHERE state = 'running'")

    def propose(self, number: int, key: bytes) -> None:
        """Record a proposal."""
        self._ask("INSERT INTO proposals VALUES (?, ?)", (number, key))

    def proposed(self, number: int) -> bytes | None:
        """Return the key of a recorded proposal."""
        row = self._ask("SELECT key FROM proposals WHERE number = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def proposals(self, begin: int, end: int) -> list[tuple[Proposal, bytes]]:
        """Return recorded proposals from ``begin`` to ``end - 1``."""
        rows = self._ask(
            "SELECT p.number, t.architecture, t.budget, p.key FROM proposals p JOIN trials t "
            "ON t.key = p.key WHERE p.number >= ? AND p.number < ? ORDER BY p.number",
            (begin, end),
        )
        return [
            (Proposal(number, _tokens(text), budget), key) for number, text, budget, key in rows
        ]

    def told(self) -> list[Trial]:
        """Return the trial of each proposal, up to the first one that is not over."""
        names = ", ".join(f"t.{name}" for name in _COLUMNS.split(", "))
        rows = self._ask(
            f"SELECT {names} FROM proposals p JOIN trials t ON t.key = p.key ORDER BY p.number"
        )
        return list(takewhile(lambda trial: trial.over, map(_trial, rows)))

    def newest(self, before: int) -> int:
        """Return the last proposal before a number that needed a new trial, or -1."""
        (found,) = self._ask(
            "SELECT max(number) FROM trials WHERE number < ?", (before,)
        ).fetchone()
        return -1 if found is None else int(found)

    def counts(self) -> dict[str, int]:
        """Count the trials by state."""
        return dict(self._ask("SELECT state, count(*) FROM trials GROUP BY state").fetchall())

    def best(self) -> Trial | None:
        """Return the trial with the largest reward among those with the largest budget."""
        row = self._ask(
            f"SELECT {_COLUMNS} FROM trials WHERE state = 'done' "
            "ORDER BY budget DESC, value DESC, number LIMIT 1"
        ).fetchone()
        return None if row is None else _trial(row)
