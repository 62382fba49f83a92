"""Children for the benchmark of studies; importable in workers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.protocols import Outcome, Proposal

if TYPE_CHECKING:
    from pathlib import Path

    from pyfrontiers.automl.protocols import Architecture, Report


@dataclass(frozen=True)
class Work:
    """A child that counts so far, waits so many seconds, and leaves a checkpoint of a kilobyte."""

    count: int
    wait: float = 0.0

    def __call__(
        self,
        architecture: Architecture,
        *,
        budget: int,
        seed: int,
        data: Any,
        checkpoint: Path | None,
        report: Report,
    ) -> Outcome:
        """Count, and return a number that depends on the architecture."""
        counted = count_to(self.count)
        time.sleep(self.wait)
        if checkpoint is not None:
            checkpoint.write_bytes(bytes(1024))
        return Outcome(counted + architecture[0] % 997, {"loss": 0.5})


def count_to(count: int) -> float:
    """Keep one core busy."""
    total = 0.0
    for number in range(count):
        total += number % 3
    return total


def calibrate(seconds: float) -> int:
    """Return how far a core counts in so much processor time."""
    count, took = 200_000, 0.0
    while took < 0.1:
        count *= 2
        at = time.process_time()
        count_to(count)
        took = time.process_time() - at
    return round(count * seconds / took)


class InOrder:
    """Proposes children 0, 1, 2, ... and learns nothing."""

    def __init__(self) -> None:
        self.at = 0

    def ask(self, count: int) -> list[Proposal]:
        """Propose the next ones."""
        self.at += count
        return [Proposal(number, (number,), 1) for number in range(self.at - count, self.at)]

    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Do nothing."""

    def state(self) -> dict[str, Any]:
        """Return the next number."""
        return {"at": self.at}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a number."""
        self.at = state["at"]
