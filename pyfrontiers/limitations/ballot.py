"""An anonymous poll in memory, in which voters can change or withdraw their vote."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ballot"]


class Ballot:
    """A poll with at most one vote per voter, kept in memory for the lifetime of the object.

    Voters are identified by random strings that the caller creates and keeps. All methods are
    thread-safe.

    Args:
        choices: At least two distinct choices.

    Raises:
        ValueError: There are fewer than two choices, or two are equal.

    """

    def __init__(self, choices: Sequence[str]) -> None:
        if len(choices) < 2 or len(set(choices)) != len(choices):
            raise ValueError(f"choices must be at least two distinct strings, got {list(choices)}")
        self.choices = tuple(choices)
        self._lock = threading.Lock()
        self._votes: dict[str, str] = {}

    def vote(self, voter: str, choice: str) -> None:
        """Record a vote, replacing an earlier vote of the same voter.

        Args:
            voter: Identifier of the voter.
            choice: One of `choices`.

        Raises:
            ValueError: There is no such choice.

        """
        if choice not in self.choices:
            raise ValueError(f"choice must be one of {', '.join(self.choices)}, got {choice!r}")
        with self._lock:
            self._votes[voter] = choice

    def withdraw(self, voter: str) -> None:
        """Withdraw the vote of a voter, if there is one."""
        with self._lock:
            self._votes.pop(voter, None)

    def choice_of(self, voter: str) -> str | None:
        """Return the current choice of a voter, or ``None``."""
        with self._lock:
            return self._votes.get(voter)

    def counts(self) -> dict[str, int]:
        """Return the number of votes for each choice, including zeros."""
        with self._lock:
            votes = list(self._votes.values())
        return {choice: votes.count(choice) for choice in self.choices}
