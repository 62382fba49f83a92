"""Conversions of single values: numbers, flags, names and sequences."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Annotated, Any

from pyfrontiers.arguments.described import described, has_values, is_a, is_array, is_tensor


class NotFinite:
    """Marks a number that may be infinite: `Annotated[float, NotFinite()]`."""


@dataclass(frozen=True)
class Range:
    """Limits a number: `Annotated[int, Range(1)]` is an integer of at least 1.

    Attributes:
        least: smallest value allowed.
        most: largest value allowed.
    """

    least: int | None = None
    most: int | None = None


Seed = Annotated[int, Range(0, (1 << 64) - 1)]
"""A 64-bit seed."""

Count = Annotated[int, Range(1, (1 << 31) - 1)]
"""A count of at least 1."""

Sample = Annotated[int, Range(0, (1 << 32) - 1)]
"""The index of a random pass or sample."""

Share = Annotated[float, Range(0, 1)]
"""A probability or another fraction in [0, 1]."""


def as_integer(name: str, value: Any, *, least: int | None = None, most: int | None = None) -> int:
    """Convert a Python, NumPy or torch integer.

    Args:
        name: the argument's name, for errors.
        value: what was given.
        least: smallest value allowed.
        most: largest value allowed.

    Raises:
        TypeError: not an integer.
        ValueError: out of range.
    """
    number = _index(value)
    if number is None:
        raise TypeError(f"{name} must be an integer, got {described(value)}")
    if not _within(number, least, most):
        raise ValueError(
            f"{name} must be an integer{_range_text(number, least, most)}, got {number}"
        )
    return number


def as_number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    most: float | None = None,
    finite: bool = True,
) -> float:
    """Convert a Python, NumPy or torch number that is not NaN.

    Args:
        name: the argument's name, for errors.
        value: what was given.
        least: smallest value allowed.
        most: largest value allowed.
        finite: whether to reject infinities.

    Raises:
        TypeError: not a real number.
        ValueError: NaN, infinite or out of range.
    """
    number = _real(value)
    if number is None:
        raise TypeError(f"{name} must be a number, got {described(value)}")
    bounded = least is not None and most is not None
    kind = "a finite number" if finite and not bounded else "a number"
    infinite = math.isinf(number) and finite
    if math.isnan(number) or infinite or not _within(number, least, most):
        raise ValueError(f"{name} must be {kind}{_range_text(number, least, most)}, got {number}")
    return number


def as_flag(name: str, value: Any) -> bool:
    """Convert a Python or NumPy truth value.

    Raises:
        TypeError: the value is anything else, including numbers and strings.
    """
    if isinstance(value, bool) or is_a(value, "numpy", "bool_"):
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {described(value)}")


def as_choice(name: str, value: Any, choices: Iterable[Any]) -> Any:
    """Return the value if it is one of the choices.

    Raises:
        TypeError: the value is not a string, although the choices are.
        ValueError: it is not one of the choices.
    """
    choices = tuple(choices)
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    same = any(isinstance(value, type(choice)) for choice in choices)
    quoted = [repr(choice) for choice in choices]
    if len(quoted) > 3:
        wanted = f"one of {', '.join(quoted)}"
    else:
        wanted = " or ".join([part for part in (", ".join(quoted[:-1]), quoted[-1]) if part])
    raise (ValueError if same else TypeError)(f"{name} must be {wanted}, got {described(value)}")


def as_sequence(name: str, value: Any) -> list[Any]:
    """Convert a list, tuple, range, array or tensor to a list of its elements.

    Raises:
        TypeError: the value is not a sequence; strings and mappings do not count as sequences.
    """
    if is_array(value) or is_tensor(value):
        if value.ndim == 0 or (is_tensor(value) and not has_values(value)):
            raise TypeError(f"{name} must be a sequence, got {described(value)}")
        return list(value.tolist())
    known = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    if not known or is_a(value, "torch.nn", "Module"):
        raise TypeError(f"{name} must be a sequence, got {described(value)}")
    return list(value)


def as_mapping(name: str, value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a mapping that has the given keys.

    Raises:
        ValueError: a key is missing.
    """
    missing = [key for key in keys if key not in value]
    if missing:
        raise ValueError(f"{name} must have the entry {missing[0]!r}, got {described(value)}")
    return value


def _index(value: Any) -> int | None:
    """Return an integer of Python, NumPy or torch, or None; bools are not integers."""
    if isinstance(value, bool) or (_has_dtype(value) and str(value.dtype).endswith("bool")):
        return None
    if is_tensor(value) and (value.ndim or value.device.type == "meta"):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _real(value: Any) -> float | None:
    """Return a real number of Python, NumPy or torch as a float, or None."""
    if type(value) is float:  # a hundred times faster, for the thousands of numbers of a curve
        return value
    number = value
    if _has_dtype(value):
        if value.ndim or (is_tensor(value) and value.device.type == "meta"):
            return None
        number = value.item()
    if isinstance(number, bool) or not isinstance(number, Real | Decimal):
        return None
    try:
        return float(number)
    except OverflowError:
        return math.inf if abs(number) == number else -math.inf


def _has_dtype(value: Any) -> bool:
    return is_tensor(value) or is_a(value, "numpy", "ndarray", "generic")


def _within(number: float, least: float | None, most: float | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _range_text(number: float, least: Any, most: Any) -> str:
    """Describe the range that a number violates; for a very wide range, only the violated bound."""
    wide = isinstance(most, int) and most >= (1 << 31) - 1
    if least is not None and most is not None and not wide:
        return f" from {least:,} to {most:,}"
    if least is not None and not number >= least:
        return f" of at least {least:,}"
    if most is not None and number > most:
        return f" below 2^{most.bit_length()}" if wide else f" of at most {most:,}"
    return ""
