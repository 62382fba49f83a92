"""Checks of arguments: one way to convert them, and one form of error.

`checked` reads a function's annotations and converts each argument before the function runs:

    @checked
    def fit(images: Floats4d, *, steps: int = 10, rate: float = 0.1) -> Fit: ...

Python, NumPy and torch scalars are numbers, lists and arrays are sequences, and a value of another
kind raises a TypeError or ValueError of the form "steps must be an integer, got 'ten'." Ranges that
depend on other arguments are checked by the function itself.
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
