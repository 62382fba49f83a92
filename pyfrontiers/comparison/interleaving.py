"""Interleaved timing: every contender has its turn in every round, so a slow moment hits all."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Turn = Callable[[Callable[[], object]], float]

__all__ = ["Contender", "Spread", "one_turn", "rounds_of", "time_interleaved"]

Taken = TypeVar("Taken")

# A turn repeats its call for this long, so that a short kernel is not timed on caches and sleeping
# threads that another contender left behind.
_TURN_SECONDS = 0.004

# torch's threads go on spinning for some milliseconds after their work, on the core that the next
# contender needs.
_REST_SECONDS = 0.01


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    Attributes:
        name: What the table calls it.
        call: Does the work once.
        traffic: Bytes that the work must read and write, 0 where it does not matter.

    """

    name: str
    call: Callable[[], object]
    traffic: int = 0


@dataclass(frozen=True)
class Spread:
    """Median and quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise at least two values."""
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high)


def time_interleaved(
    contenders: Sequence[Contender],
    rounds: int,
    turn_of: Turn | None = None,
) -> dict[str, list[float]]:
    """Time each contender once in each round.

    Args:
        contenders: Who takes part; each is called once before anything is timed.
        rounds: Turns of each.
        turn_of: Takes a contender's call through one turn and returns seconds per call; by default
            on the wall's clock.

    Returns:
        From a contender's name to its seconds per call, one figure a round.

    """
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for one_round in rounds_of(contenders, rounds, turn_of or one_turn):
        for name, taken in one_round.items():
            seconds[name].append(taken)
    return seconds


def rounds_of(
    contenders: Sequence[Contender], rounds: int, turn_of: Callable[[Callable[[], object]], Taken]
) -> Iterator[dict[str, Taken]]:
    """Yield the rounds of :func:`time_interleaved` one by one: what a turn gave, by name."""
    for contender in contenders:
        contender.call()
    for turn in range(rounds):
        first = turn % len(contenders)
        order = (*contenders[first:], *contenders[:first])
        yield {contender.name: turn_of(contender.call) for contender in order}


def one_turn(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Call for some milliseconds and return seconds per call.

    Args:
        call: Does the work once.
        clock: Tells the time in seconds; the wall's by default, `time.process_time` for that of the
            processor.

    """
    time.sleep(_REST_SECONDS)
    call()  # what another contender left in the caches is not this one's doing
    calls, at_once, start = 0, 1, clock()
    while True:
        for _ in range(at_once):
            call()
        calls += at_once
        elapsed = clock() - start
        if elapsed >= _TURN_SECONDS:
            return elapsed / calls
        if elapsed < _TURN_SECONDS / 4:
            at_once *= 2  # reading the processor's clock takes as long as a small call
