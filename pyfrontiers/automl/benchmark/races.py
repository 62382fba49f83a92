"""Run searches on the benchmark, hundreds of times, and compare them at equal budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.benchmark.table import Benchmark
from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.automl.searches import SEARCHES
from pyfrontiers.automl.searches.controllers import Controllers, Learning
from pyfrontiers.automl.searches.recurrent import RecurrentPolicy
from pyfrontiers.kernels import fold_in, randint
from pyfrontiers.limitations.threads import one_thread

__all__ = ["BASELINES", "CONTROLLERS", "Race", "Run", "race", "race_controllers"]

# Settings that suit a budget of 200 children, chosen on other seeds than those of claim C20.
CONTROLLERS = {
    "reinforce": Learning(batch=4, rate=0.01),
    "ppo": Learning(batch=8, rate=0.005, clip=0.2, passes=4),
}
"""How the controllers of the comparison learn."""
BASELINES = {"evolution": {"population": 20, "sample": 5}}
"""Settings of the other searches, where they are not the default ones."""

Array = np.ndarray[Any, np.dtype[np.float64]]

# Streams of a run's seed.
_SEARCH, _TRAININGS = range(2)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One run of a search: N children in the order in which they were trained.

    Attributes:
        rows: (N,) rows of the benchmark.
        values: (N,) validation accuracies that the search saw.
        spent: (N,) trainings so far, in units of one full training.

    """

    rows: np.ndarray[Any, np.dtype[np.int64]]
    values: Array
    spent: Array


@dataclass(frozen=True, eq=False)
class Race:
    """R runs of one search with equal budgets.

    Attributes:
        name: of the search.
        runs: the runs.
        trainings: full trainings that each may spend.
        mass: (R, U) probability that the controller gives to the best 1 % before each update and
            after the last one; empty for searches without a controller.

    """

    name: str
    runs: tuple[Run, ...]
    trainings: int
    mass: Array

    def regret(self, benchmark: Benchmark, trainings: int) -> Array:
        """Return by how much each run misses the best test accuracy, (R,).

        A run's answer is the child with the largest validation accuracy that it has seen, the first
        of equals. Test accuracies are means over the seeds after the longest training.

        Args:
            benchmark: the benchmark.
            trainings: full trainings spent; at least 1.

        """
        best = benchmark.quality.max()
        answers = [_answer(run, trainings) for run in self.runs]
        return np.asarray(best - benchmark.quality[answers])

    @cached_property
    def mean_values(self) -> Array:
        """(N,) mean validation accuracy of the n-th child over the runs."""
        length = min(len(run.values) for run in self.runs)
        return np.asarray(np.mean([run.values[:length] for run in self.runs], axis=0))


def _answer(run: Run, trainings: int) -> int:
    count = max(1, int(np.searchsorted(run.spent, trainings + 1e-9, side="right")))
    return int(run.rows[int(run.values[:count].argmax())])


def _trainings(seed: int, count: int, seeds: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return which of the recorded trainings each child of a run is given."""
    drawn = randint((count,), 0, seeds, seed=fold_in(seed, _TRAININGS))
    return np.asarray(drawn.numpy())


@checked
def race(
    name: str,
    benchmark: Benchmark,
    *,
    runs: Count,
    trainings: Count,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
    **settings: Any,
) -> Race:
    """Run a search several times, one child after another.

    A child that continues an earlier training, as successive halving does, pays only for the
    additional epochs.

    Args:
        name: of the search, in `SEARCHES`.
        benchmark: the benchmark.
        runs: number of runs.
        trainings: full trainings that each run may spend.
        seed: 64-bit seed; run r uses ``fold_in(seed, r)``, whatever the search.
        report: called with the fraction done and a message.
        settings: further arguments of the search.

    Raises:
        ValueError: the search is unknown.

    """
    if name not in SEARCHES:
        raise ValueError(f"name must be one of {', '.join(SEARCHES)}, got {name!r}")
    longest = (
        {"budgets": benchmark.budgets} if name == "asha" else {"budget": benchmark.budgets[-1]}
    )
    found = []
    for number in range(runs):
        own = fold_in(seed, number)
        search = SEARCHES[name](benchmark.space, seed=fold_in(own, _SEARCH), **longest, **settings)
        found.append(_run(search, benchmark, own, trainings))
        if report is not None:
            report((number + 1) / runs, f"{name}, run {number + 1} of {runs}")
    return Race(name, tuple(found), trainings, np.zeros((runs, 0)))


def _run(search: Any, benchmark: Benchmark, seed: int, trainings: int) -> Run:
    longest = benchmark.budgets[-1]
    given = _trainings(seed, trainings * longest, benchmark.seeds)
    # Of each child, the training that can be continued and how far it is.
    known: dict[int, tuple[int, int]] = {}
    rows: list[int] = []
    values: list[float] = []
    spent: list[float] = []
    total = 0
    while total < trainings * longest:
        for proposal in search.ask(1):
            row = benchmark.rows[proposal.architecture]
            training, before = known.get(row, (0, longest))
            if before >= proposal.budget:
                training, before = int(given[len(rows)]), 0
            known[row] = training, proposal.budget
            total += proposal.budget - before
            place = benchmark.budgets.index(proposal.budget)
            value = float(benchmark.validation[row, training, place])
            search.tell(proposal, Outcome(value, {"accuracy": value}))
            rows.append(row)
            values.append(value)
            spent.append(total / longest)
    return Run(np.array(rows), np.array(values), np.array(spent))


@checked
def race_controllers(
    benchmark: Benchmark,
    *,
    runs: Count,
    trainings: Count,
    learning: Learning,
    seed: Seed = 0,
    name: str = "reinforce",
    report: Callable[[float, str], None] | None = None,
) -> Race:
    """Run recurrent controllers side by side; the same as `race` up to rounding, but faster.

    Args:
        benchmark: the benchmark.
        runs: number of controllers.
        trainings: children of each; rounded down to whole batches.
        learning: how they learn.
        seed: as for `race`.
        name: of the search in the result.
        report: called with the fraction done and a message.

    """
    with one_thread():
        return _raced(benchmark, runs, trainings, learning, seed, name, report)


def _raced(
    benchmark: Benchmark,
    runs: int,
    trainings: int,
    learning: Learning,
    seed: int,
    name: str,
    report: Callable[[float, str], None] | None,
) -> Race:
    own = [fold_in(seed, number) for number in range(runs)]
    seeds = [fold_in(each, _SEARCH) for each in own]
    space, size = benchmark.space, learning.batch
    controllers = Controllers(RecurrentPolicy(space, seeds), seeds, learning)
    longest = benchmark.budgets[-1]
    given = np.stack([_trainings(each, trainings * longest, benchmark.seeds) for each in own])
    places = torch.tensor(
        [np.prod(space.sizes[k + 1 :], dtype=int) for k in range(len(space.sizes))], device="cpu"
    )
    best = torch.tensor([space.architecture(int(row)) for row in benchmark.best()], device="cpu")
    mass, rows, values = [], [], []
    updates = max(1, trainings // size)
    for update in range(updates):
        mass.append(controllers.probability(best).sum(1))
        tokens = controllers.draw(update, len(space.sizes))
        row = (tokens * places).sum(2).numpy()
        training = given[:, update * size : (update + 1) * size]
        value = benchmark.validation[row, training, -1]
        controllers.learn(tokens, torch.from_numpy(value))
        rows.append(row)
        values.append(value)
        if report is not None:
            report((update + 1) / updates, f"{name}, update {update + 1} of {updates}")
    mass.append(controllers.probability(best).sum(1))
    every_row, every_value = np.concatenate(rows, 1), np.concatenate(values, 1)
    spent = np.arange(1, every_row.shape[1] + 1, dtype=np.float64)
    return Race(
        name,
        tuple(Run(r, v, spent) for r, v in zip(every_row, every_value, strict=True)),
        trainings,
        torch.stack(mass, 1).numpy(),
    )
