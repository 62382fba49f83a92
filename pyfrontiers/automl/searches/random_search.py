"""Random search: the baseline of every other search."""

from __future__ import annotations

from typing import Any

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal
from pyfrontiers.automl.searches.ledger import Ledger
from pyfrontiers.automl.space import SearchSpace
from pyfrontiers.kernels import fold_in

__all__ = ["Draws", "RandomSearch"]

_TRIES = 100


class Draws:
    """Random architectures of a space, without repetition.

    Where nearly all have been drawn, a hundred draws in a row may be known; the last is then
    repeated. After the whole space, all are new again.

    Args:
        space: the space.
        seed: 64-bit seed; draw n is ``space.sample(fold_in(seed, n))``.

    """

    def __init__(self, space: SearchSpace, seed: int) -> None:
        self._space, self._seed = space, seed
        self.drawn = 0
        self._known: set[Architecture] = set()

    def next(self) -> Architecture:
        """Return the next architecture."""
        if len(self._known) >= self._space.size:
            self._known.clear()
        for _ in range(_TRIES):
            found = self._space.sample(fold_in(self._seed, self.drawn))
            self.drawn += 1
            if found not in self._known:
                break
        self._known.add(found)
        return found

    def state(self) -> dict[str, Any]:
        """Return the state as plain values."""
        return {"drawn": self.drawn, "known": [list(each) for each in sorted(self._known)]}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore what :meth:`state` returned."""
        self.drawn = state["drawn"]
        self._known = {tuple(each) for each in state["known"]}


class RandomSearch:
    """Draws architectures uniformly, without repeating one.

    Args:
        space: the space.
        seed: 64-bit seed of the draws.
        budget: of every child.

    Source:
        Li and Talwalkar, Random search and reproducibility for neural architecture search, UAI
        2019.

    """

    @checked
    def __init__(self, space: SearchSpace, *, seed: Seed = 0, budget: Count = 1) -> None:
        self._draws, self._budget = Draws(space, seed), budget
        self._ledger = Ledger()

    @checked
    def ask(self, count: Count = 1) -> list[Proposal]:
        """Return ``count`` new children; see `Search.ask`."""
        return [self._ledger.new(self._draws.next(), self._budget) for _ in range(count)]

    @checked
    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Take an outcome, which changes nothing; see `Search.tell`."""
        self._ledger.close(proposal)

    def state(self) -> dict[str, Any]:
        """Return the state; see `Search.state`."""
        return {"ledger": self._ledger.state(), "draws": self._draws.state()}

    @checked
    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state; see `Search.restore`."""
        self._ledger.restore(state["ledger"])
        self._draws.restore(state["draws"])
