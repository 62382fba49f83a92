"""The benchmark: what every child of a small space reaches, looked up instead of trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.arguments import Count, Share, checked
from pyfrontiers.automl.benchmark.building import FOLDER, RECORD, TABLE
from pyfrontiers.automl.children import ChildTrainer
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.recording import load_record

if TYPE_CHECKING:
    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.provenance import Provenance

__all__ = ["Benchmark", "benchmark"]

_TIE = 1e-9

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Benchmark:
    """Accuracies of all A architectures of a space, with S seeds, after each of B budgets.

    Attributes:
        space: the space; architecture ``space.architecture(i)`` is in row i.
        budgets: epochs, ascending.
        validation: (A, S, B) accuracy on the 357 validation digits, which searches see.
        test: (A, S, B) accuracy on the 355 test digits, which they do not.
        log_loss: (A, S, B) mean validation loss in nats.
        trainer: trains a child as those of the table were.
        provenance: how the record was made; its seconds are processor time.

    """

    space: ImageSpace
    budgets: tuple[int, ...]
    validation: Array
    test: Array
    log_loss: Array
    trainer: ChildTrainer
    provenance: Provenance

    @property
    def seeds(self) -> int:
        """Number of seeds S."""
        return int(self.validation.shape[1])

    @cached_property
    def rows(self) -> dict[Architecture, int]:
        """The row of each architecture."""
        return {self.space.architecture(row): row for row in range(self.space.size)}

    @cached_property
    def rewards(self) -> Array:
        """(A,) mean validation accuracy over the seeds at the longest budget."""
        return np.asarray(self.validation[:, :, -1].mean(1))

    @cached_property
    def quality(self) -> Array:
        """(A,) mean test accuracy over the seeds at the longest budget."""
        return np.asarray(self.test[:, :, -1].mean(1))

    @checked
    def best(self, share: Share = 0.01) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows with the largest mean validation accuracy, and all that equal the last.

        Args:
            share: of all architectures, rounded up to at least one.

        """
        count = max(1, math.ceil(share * len(self.rewards)))
        least = np.sort(self.rewards)[-count]
        return np.nonzero(self.rewards >= least)[0]

    @checked
    def rank(self, accuracy: float, *, test: bool = False) -> float:
        """Return the share of architectures that an accuracy beats; ties count half.

        Args:
            accuracy: after the longest training, a mean over seeds.
            test: whether it is that on the test digits and not on the validation digits.

        """
        values = self.quality if test else self.rewards
        below, equal = values < accuracy - _TIE, np.abs(values - accuracy) <= _TIE
        return float(below.mean() + equal.mean() / 2)

    @checked
    def random_answer(self, children: Count) -> float:
        """Return the expected test accuracy of the network that random search chooses.

        The children are drawn independently, each with one of its trainings; the one with the
        largest validation accuracy is chosen, any of equals. With F(v) the share of trainings that
        reach at most v, the largest of n is at most v with probability F(v)^n.

        Args:
            children: their number n.

        """
        seen = self.validation[:, :, -1].ravel()
        _, place, counts = np.unique(seen, return_inverse=True, return_counts=True)
        quality = np.bincount(place, np.repeat(self.quality, self.seeds)) / counts
        largest = (counts.cumsum() / len(seen)) ** children
        return float(np.diff(largest, prepend=0.0) @ quality)

    @checked
    def outcome(self, architecture: tuple[int, ...], *, budget: Count, seed: int = 0) -> Outcome:
        """Look up what `ChildTrainer` would return for a child.

        Args:
            architecture: a network of the space.
            budget: one of `budgets`.
            seed: from 0 to S - 1.

        Raises:
            ValueError: the architecture, the budget or the seed is not in the table.

        """
        if budget not in self.budgets:
            raise ValueError(f"budget must be one of {self.budgets} epochs, got {budget}")
        if not 0 <= seed < self.seeds:
            raise ValueError(f"seed must be between 0 and {self.seeds - 1}, got {seed}")
        place = self.space.index(architecture), seed, self.budgets.index(budget)
        cost = self.space.cost(architecture)
        value = float(self.validation[place])
        metrics = {"accuracy": value, "log-loss": float(self.log_loss[place])}
        return Outcome(
            value, metrics | {"parameters": float(cost.parameters), "flops": float(cost.flops)}
        )


@cache
def benchmark() -> Benchmark:
    """Load the shipped benchmark."""
    provenance, about = load_record(FOLDER / RECORD)
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in about["space"].items()
    }
    space, budgets = ImageSpace(**fields), tuple(about["budgets"])
    with np.load(FOLDER / TABLE) as arrays:
        return Benchmark(
            space,
            budgets,
            arrays["validation"] / about["validation"],
            arrays["test"] / about["test"],
            arrays["log_loss"].astype(np.float64),
            ChildTrainer(space, epochs=budgets[-1], batch=about["batch"], rate=about["rate"]),
            provenance,
        )
