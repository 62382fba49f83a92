"""A controller as a search: proposes its own samples, and learns whenever a batch is complete."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import torch

from pyfrontiers.arguments import Count, Sample, Seed, checked
from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal
from pyfrontiers.automl.searches.controllers import Controllers, Learning
from pyfrontiers.automl.searches.ledger import Ledger
from pyfrontiers.automl.searches.recurrent import RecurrentPolicy
from pyfrontiers.automl.space import SearchSpace
from pyfrontiers.kernels import fold_in, uniform

__all__ = ["PPO", "Reinforce"]

_MARGINALS = 2  # stream of the seed; controllers use 0 and 1


class Reinforce:
    """A recurrent controller trained by REINFORCE, as Zoph and Le did.

    Batch b is drawn by the controller after b - lag updates and learned from when all its outcomes
    are known, in the order of its numbers. Proposals therefore do not depend on the order in which
    outcomes are told. With a lag of 0, at most one batch is being trained; with a lag of 1, workers
    that are done continue with the next batch, at the price of samples that are one update old.

    Args:
        space: the space.
        seed: 64-bit seed of the controller's weights and samples.
        budget: of every child.
        learning: how the controller learns.
        lag: updates by which the controller that draws a batch is behind.
        units: of each LSTM layer.

    Source:
        Zoph and Le, Neural architecture search with reinforcement learning, ICLR 2017.

    """

    @checked
    def __init__(
        self,
        space: SearchSpace,
        *,
        seed: Seed = 0,
        budget: Count = 1,
        learning: Learning | None = None,
        lag: Sample = 0,
        units: Count = 35,
    ) -> None:
        self._space, self._seed, self._budget, self._lag = space, seed, budget, lag
        self._learning = self._default() if learning is None else learning
        policy = RecurrentPolicy(space, [seed], units)
        self.controllers = Controllers(policy, [seed], self._learning)
        self._ledger = Ledger()
        self._updates = 0
        self._drawn = 0
        self._queue: deque[Architecture] = deque()
        self._results: dict[int, tuple[Architecture, float]] = {}
        self._draw_ahead()

    @staticmethod
    def _default() -> Learning:
        return Learning()

    @checked
    def ask(self, count: Count = 1) -> list[Proposal]:
        """Return up to ``count`` children, fewer at the end of a batch; see `Search.ask`."""
        ready = min(count, len(self._queue))
        return [self._ledger.new(self._queue.popleft(), self._budget) for _ in range(ready)]

    @checked
    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Take an outcome; the last one of a batch updates the controller. See `Search.tell`."""
        number = self._ledger.close(proposal)
        value = math.nan if outcome.value is None else outcome.value
        self._results[number] = proposal.architecture, value
        size = self._learning.batch
        while True:
            numbers = range(self._updates * size, (self._updates + 1) * size)
            if not all(each in self._results for each in numbers):
                return
            batch = [self._results.pop(each) for each in numbers]
            self.controllers.learn(
                torch.tensor([[list(tokens) for tokens, _ in batch]], device="cpu"),
                torch.tensor([[value for _, value in batch]], dtype=torch.float64, device="cpu"),
            )
            self._updates += 1
            self._draw_ahead()

    def _draw_ahead(self) -> None:
        """Draw the batches up to that of the present controller."""
        while self._drawn <= self._updates + self._lag:
            tokens = self.controllers.draw(self._drawn, len(self._space.tokens))
            self._queue.extend(tuple(each) for each in tokens[0].tolist())
            self._drawn += 1

    @torch.no_grad()
    def distributions(self, architecture: Architecture) -> list[list[float]]:
        """Return the controller's probabilities along an architecture.

        Args:
            architecture: a network of the space.

        Returns:
            For each token, the probability of each value, given the tokens before it.

        """
        tokens = torch.tensor([[self._space.check(architecture)]], device="cpu")
        found = self.controllers.policy.unroll(tokens=tokens).distributions
        return [each[0, 0].tolist() for each in found]

    @checked
    def marginals(self, samples: Count = 256) -> list[list[float]]:
        """Estimate the probability of each value of each token, whatever the tokens before it.

        Args:
            samples: architectures over which the controller's probabilities are averaged. They are
                always drawn with the same random numbers.

        Returns:
            For each token, the probability of each value.

        """
        shape = (1, samples, len(self._space.tokens))
        coins = uniform(shape, seed=fold_in(self._seed, _MARGINALS), dtype=torch.float64)
        with torch.no_grad():
            found = self.controllers.policy.unroll(coins=coins).distributions
        return [each[0].double().mean(0).tolist() for each in found]

    def state(self) -> dict[str, Any]:
        """Return the state; see `Search.state`."""
        return {
            "ledger": self._ledger.state(),
            "controllers": self.controllers.state(),
            "updates": self._updates,
            "drawn": self._drawn,
            "queue": [list(each) for each in self._queue],
            "results": [
                [number, list(tokens), value] for number, (tokens, value) in self._results.items()
            ],
        }

    @checked
    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state; see `Search.restore`."""
        self._ledger.restore(state["ledger"])
        self.controllers.restore(state["controllers"])
        self._updates, self._drawn = state["updates"], state["drawn"]
        self._queue = deque(tuple(each) for each in state["queue"])
        self._results = {
            number: (tuple(tokens), value) for number, tokens, value in state["results"]
        }


class PPO(Reinforce):
    """The same controller trained by proximal policy optimisation: several steps for each batch.

    The arguments are those of `Reinforce`.

    Source:
        Schulman, Wolski, Dhariwal, Radford and Klimov, Proximal policy optimization algorithms,
        2017.

    """

    @staticmethod
    def _default() -> Learning:
        return Learning(clip=0.2, passes=4)
