"""Interleaved timing: every contender has its turn in every round, so a slow moment hits all."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Turn = Callable[[Callable[[], object]], float]

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
        name: what the table calls it.
        call: does the work once.
        traffic: bytes that the work must read and write, 0 where it does not matter.
    """

    name: str
    call: Callable[[], object]
    traffic: int = 0


@dataclass(frozen=True)
class Target:
    """What must hold between contenders.

    Attributes:
        text: the sentence in the table.
        ours: name of the contender that is judged.
        against: names of those it is compared with; the fastest of them in each round counts.
        at_least: the smallest ratio that passes.
        of_bandwidth: compare bytes per second instead of seconds.
        allowed: seconds to stay within, where the target is a time and not a contender.
        if_missed: one line that says what forbids more; shown only when the target is missed.
    """

    text: str
    ours: str
    against: tuple[str, ...]
    at_least: float
    of_bandwidth: bool = False
    allowed: float | None = None
    if_missed: str = ""


@dataclass(frozen=True)
class Benchmark:
    """A kernel's contenders and targets.

    Attributes:
        kernel: the kernel's name.
        verify: raises AssertionError where the contenders do not do the same work.
        contenders: who takes part.
        targets: what must hold.
    """

    kernel: str
    verify: Callable[[], None]
    contenders: Sequence[Contender]
    targets: Sequence[Target] = field(default_factory=tuple)


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
    contenders: Sequence[Contender], rounds: int, turn_of: Turn | None = None
) -> dict[str, list[float]]:
    """Return seconds per call of each contender in each round.

    Args:
        contenders: who takes part.
        rounds: turns of each.
        turn_of: takes a contender's call through one turn and returns seconds per call; by default
            on the processor's clock.
    """
    turn_of = turn_of or one_turn
    for contender in contenders:
        contender.call()
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for turn in range(rounds):
        first = turn % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            seconds[contender.name].append(turn_of(contender.call))
    return seconds


def one_turn(call: Callable[[], object]) -> float:
    """Call for some milliseconds and return seconds per call, by the processor's clock."""
    time.sleep(_REST_SECONDS)
    call()  # what another contender left in the caches is not this one's doing
    calls, start = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= _TURN_SECONDS:
            return elapsed / calls


def ratio(target: Target, benchmark: Benchmark, seconds: dict[str, list[float]]) -> Spread:
    """Return how many times faster ours is, or its share of the bandwidth, round by round."""
    traffic = {contender.name: contender.traffic for contender in benchmark.contenders}

    def cost(name: str, turn: int) -> float:
        return seconds[name][turn] / (traffic[name] if target.of_bandwidth else 1)

    def other(turn: int) -> float:
        if target.allowed is not None:
            return target.allowed
        return min(cost(name, turn) for name in target.against)

    turns = range(len(seconds[target.ours]))
    return Spread.of([other(t) / cost(target.ours, t) for t in turns])
