"""Train a child of the benchmark's space, as those of the table were trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.automl.benchmark.stacked import Stack, train_stack
from pyfrontiers.automl.benchmark.table import benchmark
from pyfrontiers.automl.data import digit_data
from pyfrontiers.digits import load
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from pyfrontiers.automl.protocols import Architecture

__all__ = ["TrainedChild", "train_child"]

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class TrainedChild:
    """What a child reached with each of S seeds after each of E epochs.

    Attributes:
        architecture: the child.
        seeds: S seeds of the weights and of the order of the examples.
        validation: (S, E) accuracy on the validation digits.
        test: (S, E) accuracy on the test digits.
        seconds: duration.

    """

    architecture: Architecture
    seeds: tuple[int, ...]
    validation: Array
    test: Array
    seconds: float


@checked
def train_child(
    *,
    architecture: tuple[int, ...],
    seeds: tuple[Seed, ...] = (0, 1, 2),
    report: Callable[[float, str], None] | None = None,
) -> TrainedChild:
    """Train a child with several seeds side by side, with the settings of the benchmark.

    The seeds of the table are 0, 1 and 2; with these, the result is the recorded one up to
    rounding.

    Args:
        architecture: a network of the benchmark's space.
        seeds: of the weights and of the order of the examples.
        report: called with the fraction done and a message.

    Raises:
        ValueError: the architecture is not of the space, or there are no seeds.

    """
    if not seeds:
        raise ValueError("seeds must be one or more seeds, got none")
    begin = perf_counter()
    table, data, digits = benchmark(), digit_data(), load()
    child, trainer = table.space.check(architecture), table.trainer
    validation, test = [], []
    with one_thread():
        stack = Stack(table.space, [child], seeds)
        for epoch in train_stack(
            stack,
            data,
            seeds,
            budgets=range(1, trainer.epochs + 1),
            batch=trainer.batch,
            rate=trainer.rate,
        ):
            right, _ = stack.measure(data.validation_inputs, data.validation_labels)
            validation.append(right.double() / len(data.validation_labels))
            right, _ = stack.measure(digits.test_images, digits.test_labels)
            test.append(right.double() / len(digits.test_labels))
            if report is not None:
                report(epoch / trainer.epochs, f"epoch {epoch} of {trainer.epochs}")
    return TrainedChild(
        child,
        seeds,
        torch.stack(validation, 1).numpy(),
        torch.stack(test, 1).numpy(),
        perf_counter() - begin,
    )
