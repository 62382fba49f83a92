"""Benchmarks of the kernels against their baselines: the recorded run, and a short live one."""

from pyfrontiers.comparison.interleaving import Candidate, Spread, one_turn, time_interleaved
from pyfrontiers.comparison.live import compare
from pyfrontiers.comparison.records import (
    RECORD,
    Row,
    explanation,
    recorded,
    run_conditions,
    summary,
    times_text,
)

__all__ = [
    "RECORD",
    "Candidate",
    "Row",
    "Spread",
    "compare",
    "explanation",
    "one_turn",
    "recorded",
    "run_conditions",
    "summary",
    "time_interleaved",
    "times_text",
]
