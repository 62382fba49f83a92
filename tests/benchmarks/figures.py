"""What a benchmark came to, as plain data: times, and each target with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .timing import Spread, ratio, time_interleaved

if TYPE_CHECKING:
    from .timing import Benchmark, Target, Turn


def figures(benchmark: Benchmark, rounds: int, turn_of: Turn | None = None) -> dict[str, Any]:
    """Verify a benchmark, then time it.

    Args:
        benchmark: contenders and targets.
        rounds: turns of each contender.
        turn_of: how a turn is timed; see `time_interleaved`.

    Returns:
        kernel, times (name, seconds, gb_per_second) and targets (see `target_row`).

    Raises:
        AssertionError: the contenders do different work; nothing is timed then.
    """
    benchmark.verify()
    with torch.no_grad():
        seconds = time_interleaved(benchmark.contenders, rounds, turn_of)
    times = []
    for contender in benchmark.contenders:
        spread = Spread.of(seconds[contender.name])
        rate = contender.traffic / spread.median / 1e9 if contender.traffic else None
        times.append({"name": contender.name, "seconds": vars(spread), "gb_per_second": rate})
    targets = [target_row(one, ratio(one, benchmark, seconds)) for one in benchmark.targets]
    return {"kernel": benchmark.kernel, "times": times, "targets": targets}


def target_row(target: Target, reached: Spread) -> dict[str, Any]:
    """Return a target with what it came to.

    Returns:
        name, against, at_least, ratio (median, low, high), status "pass" or "fail", and why: the
        target's own explanation, where it was missed.
    """
    passed = reached.median >= target.at_least
    return {
        "name": target.ours,
        "against": target.text,
        "at_least": target.at_least,
        "ratio": vars(reached),
        "status": "pass" if passed else "fail",
        "why": "" if passed else target.if_missed,
    }
