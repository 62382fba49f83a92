"""The bookkeeping that all searches share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.protocols import Proposal

if TYPE_CHECKING:
    from pyfrontiers.automl.protocols import Architecture

__all__ = ["Ledger"]


class Ledger:
    """Numbers the proposals of a search from 0, and knows which wait for their outcome.

    Attributes:
        made: how many proposals were made.

    """

    def __init__(self) -> None:
        self.made = 0
        self._open: dict[int, Proposal] = {}

    def new(self, architecture: Architecture, budget: int) -> Proposal:
        """Make the next proposal."""
        proposal = Proposal(self.made, architecture, budget)
        self._open[self.made] = proposal
        self.made += 1
        return proposal

    def close(self, proposal: Proposal) -> int:
        """Return the number of a proposal whose outcome is known now.

        Raises:
            ValueError: the proposal was not made, or its outcome was told before.

        """
        if self._open.get(proposal.number) != proposal:
            told = 0 <= proposal.number < self.made and proposal.number not in self._open
            why = "which was told before" if told else "which this search did not make"
            raise ValueError(
                f"proposal must be one that waits for its outcome, got number {proposal.number}, "
                f"{why}"
            )
        del self._open[proposal.number]
        return proposal.number

    def state(self) -> dict[str, Any]:
        """Return the state as plain values."""
        waiting = [
            [each.number, list(each.architecture), each.budget] for each in self._open.values()
        ]
        return {"made": self.made, "open": waiting}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore what :meth:`state` returned."""
        self.made = state["made"]
        self._open = {
            number: Proposal(number, tuple(architecture), budget)
            for number, architecture, budget in state["open"]
        }
