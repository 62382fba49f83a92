"""One rung of a child, as it runs in a worker.

Checkpoints come and go with the task, so workers need no disk in common, and only the coordinator
writes to the study.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from pyfrontiers.automl.protocols import Architecture, Report, Trainable

__all__ = ["RungResult", "run_rung"]


@dataclass(frozen=True, slots=True)
class RungResult:
    """What a worker sends back.

    Attributes:
        outcome: The outcome; it has no value, but says why, if the reward is not finite.
        checkpoint: What training left for a larger budget; empty if nothing.
        seconds: Duration.

    """

    outcome: Outcome
    checkpoint: bytes
    seconds: float


def run_rung(
    *,
    trainable: Trainable,
    architecture: Architecture,
    budget: int,
    seed: int,
    data: Any,
    checkpoint: bytes | None,
    scratch: str,
    report: Report,
) -> RungResult:
    """Train a child up to a budget, from its checkpoint if it has one.

    Args:
        trainable: Trains it.
        architecture: Tokens of the child.
        budget: How long to train in total.
        seed: Seed of everything random.
        data: Data of the study.
        checkpoint: What the rung before left.
        scratch: Folder for the checkpoint's file, if it exists on this machine.
        report: Tells the progress.

    Raises:
        TypeError: ``trainable`` returned no ``Outcome``.

    """
    began = time.perf_counter()
    parent = scratch if Path(scratch).is_dir() else None
    # On one thread, so that results do not depend on the executor's cores.
    with TemporaryDirectory(prefix="rung-", dir=parent) as folder, one_thread():
        path = Path(folder) / "checkpoint"
        if checkpoint is not None:
            path.write_bytes(checkpoint)
        outcome = trainable(
            architecture, budget=budget, seed=seed, data=data, checkpoint=path, report=report
        )
        if not isinstance(outcome, Outcome):
            raise TypeError(
                f"trainable must return an Outcome, got a {type(outcome).__qualname__}."
            )
        left = path.read_bytes() if path.exists() else b""
    seconds = time.perf_counter() - began
    value = None if outcome.value is None else float(outcome.value)
    metrics = {name: float(figure) for name, figure in outcome.metrics.items()}
    if value is None or not math.isfinite(value):
        failure = "Training gave no reward." if value is None else f"The reward is {value}."
        return RungResult(Outcome(None, metrics, outcome.failure or failure), b"", seconds)
    return RungResult(Outcome(value, metrics), left, seconds)
