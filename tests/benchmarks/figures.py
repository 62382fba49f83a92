"""Results of a benchmark as plain data: times, and each target with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .timing import Spread, ratio, time_interleaved

if TYPE_CHECKING:
    from pyfrontiers.comparison.interleaving import Turn

    from .timing import Benchmark, Target


def figures(benchmark: Benchmark, rounds: int, turn_of: Turn | None = None) -> dict[str, Any]:
    """Verify a benchmark, then time it.

    Args:
        benchmark: candidates and targets.
        rounds: turns of each candidate.
        turn_of: how a turn is timed; by default as the benchmark specifies.

    Returns:
        kernel, times (name, seconds, gb_per_second) and targets (see `target_row`).

    Raises:
        AssertionError: the candidates do different work; nothing is timed then.
    """
    benchmark.verify()
    rounds = min(rounds, benchmark.max_rounds or rounds)
    with torch.no_grad():
        seconds = time_interleaved(benchmark.candidates, rounds, turn_of or benchmark.turn_of)
    times = []
    for candidate in benchmark.candidates:
        spread = Spread.of(seconds[candidate.name])
        rate = candidate.traffic / spread.median / 1e9 if candidate.traffic else None
        rate = None if rate is None else _short(rate)
        times.append({"name": candidate.name, "seconds": _plain(spread), "gb_per_second": rate})
    targets = [target_row(one, ratio(one, benchmark, seconds)) for one in benchmark.targets]
    return {"kernel": benchmark.kernel, "times": times, "targets": targets}


def target_row(target: Target, reached: Spread | None) -> dict[str, Any]:
    """Return a target with its outcome.

    Returns:
        name, against, at_least, ratio (median, low, high), status "pass" or "fail", and why: the
        target's explanation if it was missed. If the baseline is not installed, ratio is None and
        the status "absent".
    """
    row = {"name": target.ours, "against": target.text, "at_least": target.at_least}
    if reached is None:
        why = f"{' and '.join(target.against)}: not installed here"
        return {**row, "ratio": None, "status": "absent", "why": why}
    passed = reached.median >= target.at_least
    why = "" if passed else target.if_missed
    return {**row, "ratio": _plain(reached), "status": "pass" if passed else "fail", "why": why}


def _plain(spread: Spread) -> dict[str, float]:
    return {name: _short(value) for name, value in vars(spread).items()}


def _short(value: float) -> float:
    """Return a figure rounded to five digits, more than a run is accurate to."""
    return float(f"{value:.5g}")
