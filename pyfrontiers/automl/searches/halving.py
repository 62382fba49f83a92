"""Asynchronous successive halving: many children for a short time, the best of them for longer."""

from __future__ import annotations

from bisect import insort
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.fronts import Objectives, preference
from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal
from pyfrontiers.automl.searches.ledger import Ledger
from pyfrontiers.automl.searches.random_search import Draws
from pyfrontiers.automl.space import SearchSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Asha"]


class Asha:
    """Promotes a child to the next budget as soon as it is among the best of its rung.

    Whenever a child is asked for, the highest rung with a child that is among its best n / eta, and
    has not been promoted, gives its best such child to the next rung. If there is none, a random
    child starts at the shortest budget. With several objectives, the children of a rung are ordered
    by `preference`: fronts first, and within a front those that cover it.

    Args:
        space: the space.
        budgets: ascending, such as (1, 3, 9) epochs.
        seed: 64-bit seed of the random children.
        eta: one of so many children of a rung is promoted, at least 2.
        objectives: what to optimise; default: the reward alone.

    Raises:
        ValueError: the budgets are not ascending, or `eta` is below 2.

    Source:
        Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht and Talwalkar, A system for massively
        parallel hyperparameter tuning, MLSys 2020, algorithm 2; with several objectives Schmucker,
        Donini, Zafar, Salinas and Archambeau, Multi-objective asynchronous successive halving,
        2021.

    """

    @checked
    def __init__(
        self,
        space: SearchSpace,
        *,
        budgets: tuple[Count, ...] = (1, 3, 9),
        seed: Seed = 0,
        eta: Count = 3,
        objectives: Objectives | None = None,
    ) -> None:
        if not budgets or list(budgets) != sorted(set(budgets)):
            raise ValueError(f"budgets must be ascending, got {budgets}")
        if eta < 2:
            raise ValueError(f"eta must be an integer of at least 2, got {eta}")
        self._budgets, self._eta, self._objectives = budgets, eta, objectives
        self._draws = Draws(space, seed)
        self._ledger = Ledger()
        # The children of each rung by number: architecture, and value of each objective.
        self._rungs: list[dict[int, tuple[Architecture, tuple[float, ...]]]] = [{} for _ in budgets]
        self._promoted: list[set[int]] = [set() for _ in budgets]
        # For a single objective, the children of each rung from the best to the worst.
        self._order: list[list[tuple[float, int]]] = [[] for _ in budgets]

    @checked
    def ask(self, count: Count = 1) -> list[Proposal]:
        """Return ``count`` children; see `Search.ask`."""
        return [self._next() for _ in range(count)]

    @checked
    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Enter a child in its rung; a failed one is never promoted. See `Search.tell`."""
        number = self._ledger.close(proposal)
        if outcome.value is None:
            return
        point = (outcome.value,) if self._objectives is None else self._objectives.point(outcome)
        rung = self._budgets.index(proposal.budget)
        self._rungs[rung][number] = proposal.architecture, point
        insort(self._order[rung], (-point[0], number))

    def _next(self) -> Proposal:
        for rung in reversed(range(len(self._budgets) - 1)):
            number = self._candidate(rung)
            if number is not None:
                self._promoted[rung].add(number)
                architecture, _ = self._rungs[rung][number]
                return self._ledger.new(architecture, self._budgets[rung + 1])
        return self._ledger.new(self._draws.next(), self._budgets[0])

    def _candidate(self, rung: int) -> int | None:
        """Return the best child of a rung that may be promoted."""
        count, promoted = len(self._rungs[rung]) // self._eta, self._promoted[rung]
        best: Iterator[int]
        if self._objectives is None:
            best = (number for _, number in islice(self._order[rung], count))
        else:
            best = iter(self._preferred(rung)[:count])
        return next((number for number in best if number not in promoted), None)

    def _preferred(self, rung: int) -> list[int]:
        """Return the children of a rung, the best first, by several objectives."""
        numbers = sorted(self._rungs[rung])
        points = np.array([self._rungs[rung][number][1] for number in numbers])
        return [numbers[place] for place in preference(points)] if numbers else []

    def state(self) -> dict[str, Any]:
        """Return the state; see `Search.state`."""
        rungs = [
            [[number, list(child), list(point)] for number, (child, point) in rung.items()]
            for rung in self._rungs
        ]
        return {
            "ledger": self._ledger.state(),
            "draws": self._draws.state(),
            "rungs": rungs,
            "promoted": [sorted(each) for each in self._promoted],
        }

    @checked
    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state; see `Search.restore`."""
        self._ledger.restore(state["ledger"])
        self._draws.restore(state["draws"])
        self._rungs = [
            {number: (tuple(child), tuple(point)) for number, child, point in rung}
            for rung in state["rungs"]
        ]
        self._promoted = [set(each) for each in state["promoted"]]
        self._order = [
            sorted((-point[0], number) for number, (_, point) in rung.items())
            for rung in self._rungs
        ]
