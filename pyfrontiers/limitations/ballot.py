"""A vote among a few choices: counted honestly, changeable, withdrawable, and about nobody."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ballot"]


class Ballot:
    """Votes of one server since it started; nothing is written down, and it ends with the server.

    A voter is a random mark that the caller makes and keeps; each has at most one vote. It is safe
    to use from several threads.

    Args:
        choices: What can be voted for, at least two, all different.

    Raises:
        ValueError: Fewer than two choices, or two that are equal.

    """

    def __init__(self, choices: Sequence[str]) -> None:
        if len(choices) < 2 or len(set(choices)) != len(choices):
            raise ValueError(f"choices: got {list(choices)}, want at least two, all different")
        self.choices = tuple(choices)
        self._lock = threading.Lock()
        self._votes: dict[str, str] = {}

    def vote(self, voter: str, choice: str) -> None:
        """Give a voter's vote; an earlier one of the same voter is replaced.

        Raises:
            ValueError: There is no such choice.

        """
        if choice not in self.choices:
            raise ValueError(f"choice: got {choice!r}, want one of {', '.join(self.choices)}")
        with self._lock:
            self._votes[voter] = choice

    def withdraw(self, voter: str) -> None:
        """Take a voter's vote back; one who has not voted has nothing to take back."""
        with self._lock:
            self._votes.pop(voter, None)

    def choice_of(self, voter: str) -> str | None:
        """Return what a voter has voted for, or ``None``."""
        with self._lock:
            return self._votes.get(voter)

    def counts(self) -> dict[str, int]:
        """Return the number of votes of each choice, those without any too."""
        with self._lock:
            votes = list(self._votes.values())
        return {choice: votes.count(choice) for choice in self.choices}
