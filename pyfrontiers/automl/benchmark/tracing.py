"""One controller on the benchmark, with all its probabilities after each update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.benchmark.table import benchmark
from pyfrontiers.automl.searches.controllers import Controllers, Learning
from pyfrontiers.automl.searches.recurrent import RecurrentPolicy
from pyfrontiers.kernels import fold_in, randint
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from pyfrontiers.automl.space import SearchSpace

__all__ = ["Trace", "trace_controller"]

Array = np.ndarray[Any, np.dtype[np.float64]]

_TRAININGS = 1  # stream of the seed; the controller uses 0


@dataclass(frozen=True, eq=False)
class Trace:
    """What a controller did in U updates with M children each; the space has A architectures.

    Attributes:
        probability: (U + 1, A) of each architecture, before each update and after the last one.
        rows: (U, M) children, as rows of the benchmark.
        rewards: (U, M) validation accuracies that the controller saw.
        advantages: (U, M) shaped rewards minus the baseline; an update raises the probability of
            children above 0.

    """

    probability: Array
    rows: np.ndarray[Any, np.dtype[np.int64]]
    rewards: Array
    advantages: Array

    @property
    def updates(self) -> int:
        """Number of updates U."""
        return len(self.rows)

    @cached_property
    def entropy(self) -> Array:
        """(U + 1,) entropy of the distribution over architectures, in bits."""
        safe = np.maximum(self.probability, np.finfo(np.float64).tiny)
        return np.asarray(-(self.probability * np.log2(safe)).sum(1))

    def marginals(self, update: int, space: SearchSpace) -> list[Array]:
        """Return the probability of each value of each token after a number of updates."""
        cube = self.probability[update].reshape(space.sizes)
        axes = range(cube.ndim)
        return [cube.sum(tuple(a for a in axes if a != token)) for token in axes]

    def conditionals(self, update: int, row: int, space: SearchSpace) -> list[Array]:
        """Return the softmax outputs that drew an architecture: each token's, given those before.

        Args:
            update: number of updates before.
            row: the architecture.
            space: the space.

        """
        cube = self.probability[update].reshape(space.sizes)
        found = []
        for token in space.architecture(row):
            weight = cube.reshape(len(cube), -1).sum(1)
            found.append(weight / weight.sum())
            cube = cube[token]
        return found


@checked
def trace_controller(
    *,
    rate: float = 0.01,
    entropy: float = 0.0,
    batch: Count = 4,
    updates: Count = 50,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> Trace:
    """Train a controller by REINFORCE on the benchmark, and keep its probabilities.

    Args:
        rate: learning rate of Adam.
        entropy: weight of the entropy in the objective.
        batch: children of each update, M.
        updates: U.
        seed: 64-bit seed of weights, samples and the recorded trainings that children are given.
        report: called with the fraction done and a message.

    """
    table = benchmark()
    space, own = table.space, fold_in(seed, 0)
    controllers = Controllers(
        RecurrentPolicy(space, [own]), [own], Learning(batch=batch, rate=rate, entropy=entropy)
    )
    everything = torch.tensor([space.architecture(row) for row in range(space.size)], device="cpu")
    given = randint((updates, batch), 0, table.seeds, seed=fold_in(seed, _TRAININGS)).numpy()
    probability, rows, rewards, advantages = [], [], [], []
    with one_thread():
        for update in range(updates):
            probability.append(controllers.probability(everything)[0].numpy())
            tokens = controllers.draw(update, len(space.sizes))
            row = np.array([space.index(tuple(each)) for each in tokens[0].tolist()])
            reward = table.validation[row, given[update], -1]
            shaped = controllers.shaped(torch.from_numpy(reward)[None])
            baseline = shaped.mean(1) if controllers.baseline is None else controllers.baseline
            controllers.learn(tokens, torch.from_numpy(reward)[None])
            rows.append(row)
            rewards.append(reward)
            advantages.append((shaped - baseline[:, None])[0].numpy())
            if report is not None:
                report((update + 1) / updates, f"update {update + 1} of {updates}")
        probability.append(controllers.probability(everything)[0].numpy())
    return Trace(np.stack(probability), np.stack(rows), np.stack(rewards), np.stack(advantages))
