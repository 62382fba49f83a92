"""A benchmark: candidates that do the same work, and targets between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfrontiers.comparison.interleaving import Candidate, Spread, time_interleaved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.comparison.interleaving import Turn

__all__ = ["Benchmark", "Candidate", "Spread", "Target", "ratio", "time_interleaved"]


@dataclass(frozen=True)
class Target:
    """A required ratio between candidates.

    Attributes:
        text: the baseline's description in the table.
        ours: name of the candidate that is judged.
        against: names of its baselines; the fastest of them in each round counts. Libraries that
            are not installed are left out.
        at_least: the smallest ratio that passes.
        of_bandwidth: compare bytes per second instead of seconds.
        allowed: a limit in seconds, used instead of a baseline.
        if_missed: one line that explains what prevents more; shown only if the target is missed.
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
    """A kernel's candidates and targets.

    Attributes:
        kernel: the kernel's name.
        verify: raises AssertionError if the candidates do not do the same work.
        candidates: what is timed, ours and baselines.
        targets: required ratios.
        turn_of: how a turn is timed; by default in wall time.
        max_rounds: upper limit to the rounds, for calls that take tenths of a second.
    """

    kernel: str
    verify: Callable[[], None]
    candidates: Sequence[Candidate]
    targets: Sequence[Target] = field(default_factory=tuple)
    turn_of: Turn | None = None
    max_rounds: int | None = None


def ratio(target: Target, benchmark: Benchmark, seconds: dict[str, list[float]]) -> Spread | None:
    """Return how many times faster ours is, or its share of the bandwidth, round by round.

    Rounds in which a baseline took no part are left out.

    Returns:
        Its spread over the rounds; None if none of its baselines was measured.
    """
    traffic = {candidate.name: candidate.traffic for candidate in benchmark.candidates}
    present = [name for name in target.against if name in seconds]
    if target.allowed is None and not present:
        return None

    def cost(name: str, turn: int) -> float:
        return seconds[name][turn] / (traffic[name] if target.of_bandwidth else 1)

    def other(turn: int) -> float:
        if target.allowed is not None:
            return target.allowed
        return min(cost(name, turn) for name in present)

    turns = range(min(len(seconds[name]) for name in (target.ours, *present)))
    return Spread.of([other(t) / cost(target.ours, t) for t in turns])
