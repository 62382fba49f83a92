"""Argument checking: one way to convert arguments, and one form of error message.

`checked` reads a function's annotations and converts each argument before the function runs:

    @checked
    def fit(images: Floats4d, *, steps: int = 10, rate: float = 0.1) -> Fit: ...

Scalars of Python, NumPy and torch count as numbers, lists and arrays as sequences. Any other value
raises a TypeError or ValueError such as "steps must be an integer, got 'ten'". Ranges that depend
on other arguments are checked by the function itself.
"""

from pyfrontiers.arguments.checking import checked
from pyfrontiers.arguments.described import described, has_values
from pyfrontiers.arguments.shapes import Array, Flags, Floats, Integers, Numbers, Values
from pyfrontiers.arguments.values import (
    Count,
    NotFinite,
    Range,
    Sample,
    Seed,
    Share,
    as_choice,
    as_flag,
    as_integer,
    as_mapping,
    as_number,
    as_sequence,
)

__all__ = [
    "Array",
    "Count",
    "Flags",
    "Floats",
    "Integers",
    "NotFinite",
    "Numbers",
    "Range",
    "Sample",
    "Seed",
    "Share",
    "Values",
    "as_choice",
    "as_flag",
    "as_integer",
    "as_mapping",
    "as_number",
    "as_sequence",
    "checked",
    "described",
    "has_values",
]
