"""Interleaved timing: each round times every candidate once, so that load affects all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pyfrontiers.arguments import Count, checked

if TYPE_CHECKING:
    from collections.abc import Iterator

Turn = Callable[[Callable[[], object]], float]

__all__ = ["Candidate", "Spread", "one_turn", "rounds_of", "time_interleaved"]

Taken = TypeVar("Taken")

# Each turn repeats its call for this long, so that the state of caches and threads left behind by
# the previous candidate does not dominate the time of a short kernel.
_TURN_SECONDS = 0.004

# A call of this length warms the caches by itself, so one call is enough for a turn.
_LONG_SECONDS = 1.0

# Pause before each turn: torch's threads keep spinning for some milliseconds after their work and
# would occupy a core that the next candidate needs.
_REST_SECONDS = 0.01


@checked
@dataclass(frozen=True)
class Candidate:
    """One implementation to time.

    Attributes:
        name: Name in tables.
        call: Runs the implementation once.
        traffic: Bytes that one call must read and write, or 0 if bandwidth is not of interest.
        max_rounds: Number of rounds that it takes part in, the first ones; ``None`` for all. For
            calls of many seconds, which need no warm-up either.

    """

    name: str
    call: Callable[[], object]
    traffic: int = 0
    max_rounds: int | None = None


@dataclass(frozen=True)
class Spread:
    """Median and lower and upper quartile of a sample."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the median and quartiles of at least two values."""
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high)


@checked
def time_interleaved(
    candidates: Sequence[Candidate],
    rounds: Count,
    turn_of: Turn | None = None,
) -> dict[str, list[float]]:
    """Time each candidate once per round.

    Args:
        candidates: Implementations to time; see `rounds_of`.
        rounds: Number of rounds.
        turn_of: Times one turn of a call and returns seconds per call. Default: `one_turn`, which
            measures wall-clock time.

    Returns:
        Maps the name of each candidate to its seconds per call in each round.

    """
    if not candidates:
        raise ValueError("candidates must hold at least one candidate, got none")
    seconds: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for one_round in rounds_of(candidates, rounds, turn_of or one_turn):
        for name, taken in one_round.items():
            seconds[name].append(taken)
    return seconds


def rounds_of(
    candidates: Sequence[Candidate], rounds: int, turn_of: Callable[[Callable[[], object]], Taken]
) -> Iterator[dict[str, Taken]]:
    """Yield the results of one round after another as a mapping from name to the turn's result.

    The order of the candidates rotates from round to round.

    Args:
        candidates: Implementations to time; those that take part in all rounds are called once as
            a warm-up.
        rounds: Number of rounds.
        turn_of: Times one turn of a call.

    """
    for candidate in candidates:
        if candidate.max_rounds is None:
            candidate.call()
    for number in range(rounds):
        present = [each for each in candidates if number < (each.max_rounds or rounds)]
        first = number % len(present)
        order = (*present[first:], *present[:first])
        yield {candidate.name: turn_of(candidate.call) for candidate in order}


@checked
def one_turn(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Repeat a call for some milliseconds and return seconds per call; one of a second runs once.

    Args:
        call: Runs the implementation once.
        clock: Returns the time in seconds. Default: wall-clock time; `time.process_time` measures
            CPU time.

    """
    time.sleep(_REST_SECONDS)
    start = clock()
    call()  # warm the caches, which the previous candidate has filled with its own data
    if (taken := clock() - start) >= _LONG_SECONDS:
        return taken
    calls, batch, start = 0, 1, clock()
    while True:
        for _ in range(batch):
            call()
        calls += batch
        elapsed = clock() - start
        if elapsed >= _TURN_SECONDS:
            return elapsed / calls
        if elapsed < _TURN_SECONDS / 4:
            batch *= 2  # read the clock less often: reading it may take as long as a small call
