"""Regularised evolution: tournaments, mutations, and death by age."""

from __future__ import annotations

import math
from typing import Any

import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal
from pyfrontiers.automl.searches.ledger import Ledger
from pyfrontiers.automl.space import SearchSpace
from pyfrontiers.kernels import fold_in, uniform

__all__ = ["Evolution"]

# Streams of the seed.
_RANDOM, _TOURNAMENT, _MUTATION = range(3)


class Evolution:
    """The best of a random sample of the population gets a mutated child; the oldest one dies.

    The population are the most recent proposals whose outcome is known; age is counted by number,
    so the order in which outcomes are told does not matter once they are all known. A failed child
    wins no tournament.

    Args:
        space: the space.
        seed: 64-bit seed of first children, tournaments and mutations.
        budget: of every child.
        population: its size; as many first children are random.
        sample: members in a tournament, drawn with replacement.

    Source:
        Real, Aggarwal, Huang and Le, Regularized evolution for image classifier architecture
        search, AAAI 2019, algorithm 1.

    """

    @checked
    def __init__(
        self,
        space: SearchSpace,
        *,
        seed: Seed = 0,
        budget: Count = 1,
        population: Count = 50,
        sample: Count = 10,
    ) -> None:
        self._space, self._seed, self._budget = space, seed, budget
        self._population, self._sample = population, sample
        self._ledger = Ledger()
        self._members: dict[int, tuple[Architecture, float]] = {}

    @checked
    def ask(self, count: Count = 1) -> list[Proposal]:
        """Return ``count`` children; see `Search.ask`."""
        return [self._ledger.new(self._next(), self._budget) for _ in range(count)]

    @checked
    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Add a child to the population; see `Search.tell`."""
        number = self._ledger.close(proposal)
        value = -math.inf if outcome.value is None else outcome.value
        self._members[number] = proposal.architecture, value
        while len(self._members) > self._population:
            del self._members[min(self._members)]

    def _next(self) -> Architecture:
        number = self._ledger.made
        if number < self._population or not self._members:
            return self._space.sample(fold_in(fold_in(self._seed, _RANDOM), number))
        ages = sorted(self._members)
        coins = uniform(
            (self._sample,),
            seed=fold_in(fold_in(self._seed, _TOURNAMENT), number),
            dtype=torch.float64,
        )
        chosen = [ages[int(coin * len(ages))] for coin in coins.tolist()]
        parent, _ = self._members[max(chosen, key=lambda age: (self._members[age][1], age))]
        return self._space.mutate(parent, seed=fold_in(fold_in(self._seed, _MUTATION), number))

    def state(self) -> dict[str, Any]:
        """Return the state; see `Search.state`."""
        members = [
            [number, list(architecture), value]
            for number, (architecture, value) in self._members.items()
        ]
        return {"ledger": self._ledger.state(), "members": members}

    @checked
    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state; see `Search.restore`."""
        self._ledger.restore(state["ledger"])
        self._members = {
            number: (tuple(architecture), value) for number, architecture, value in state["members"]
        }
