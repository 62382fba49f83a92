"""The kernels against what one would use instead: recorded figures, and a run on this machine."""

from pyfrontiers.comparison.interleaving import Contender, Spread, one_turn, time_interleaved
from pyfrontiers.comparison.live import compare
from pyfrontiers.comparison.records import RECORD, Row, explanation, recorded, summary, times_text

__all__ = [
    "RECORD",
    "Contender",
    "Row",
    "Spread",
    "compare",
    "explanation",
    "one_turn",
    "recorded",
    "summary",
    "time_interleaved",
    "times_text",
]
