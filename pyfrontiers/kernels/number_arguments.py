"""Checks of the numbers that kernels take. Every error names the argument and what was given."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels.derivatives import carries_derivatives

Granularity = Literal["element", "channel"]

INTEGER_TYPES = (
    *(torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
)
"""Integer element types: labels and drawn integers."""

_SAMPLES = 1 << 32


def plain_number(name: str, value: Any) -> Any:
    """Return a NumPy scalar, or an array or tensor without dimensions, as a Python number.

    Anything else is returned unchanged.

    Raises:
        TypeError: a tensor whose derivative would be lost.
    """
    if type(value) is int or type(value) is float:  # faster than the tests below
        return value
    if isinstance(value, Tensor):
        if type(value) is not Tensor or value.dim() != 0 or value.is_meta:
            return value
        if value.requires_grad or carries_derivatives(value):
            raise TypeError(
                f"{name} must be constant, got a tensor whose derivative would be lost; detach it"
            )
        return value if torch.compiler.is_compiling() else value.item()
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        return value.item()
    return value


def check_number(name: str, value: float) -> float:
    """Return a real number as a Python number.

    Raises:
        TypeError: not a number.
    """
    number = plain_number(name, value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    try:
        return float(number)
    except OverflowError:
        raise ValueError(f"{name} must be a number that fits float64, got {number}") from None


def listed(value: Any) -> list[Any] | None:
    """Return the items of a sequence, or of a one-dimensional array or tensor, or None."""
    if isinstance(value, (Tensor, np.ndarray)):
        return list(value) if value.ndim == 1 else None
    return list(value) if isinstance(value, (tuple, list)) else None


def check_pair(name: str, value: Any) -> tuple[float, float]:
    """Return (low, high) as Python numbers.

    Raises:
        TypeError: not a pair of numbers.
    """
    numbers = [plain_number(name, item) for item in listed(value) or ()]
    if len(numbers) != 2 or not all(map(_is_number, numbers)):
        raise TypeError(f"{name} must be a pair (low, high) of numbers, got {value!r}")
    return numbers[0], numbers[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_probability(p: float, name: str = "p") -> float:
    """Return a probability as a Python number.

    Raises:
        TypeError: not a number.
        ValueError: outside [0, 1] or NaN.
    """
    number = plain_number(name, p)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"{name} must be a number in [0, 1], got {type(p).__name__}")
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{name} must be a probability in [0, 1], got {number}")
    return number


def check_integer(name: str, value: int) -> int:
    """Return an integer as a Python int, or as the SymInt of a traced program.

    Raises:
        TypeError: not an integer.
    """
    number = plain_number(name, value)
    if isinstance(number, bool) or not isinstance(number, (int, torch.SymInt)):
        raise TypeError(f"{name} must be an integer, got {type(value).__name__}")
    return number  # type: ignore[return-value]  # a SymInt stands for an int


def check_unsigned(name: str, value: int, bits: int) -> int:
    """Return an integer of `bits` bits.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^bits).
    """
    if type(value) is not int:
        value = check_integer(name, value)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{name} must be an integer in [0, 2^{bits}), got {value}")
    return value


def check_first_element(value: int) -> int:
    """Return the index of an array's first element in a mask.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^62), which leaves room for the following elements.
    """
    return check_unsigned("first_element", value, 62)


def check_samples(samples: int, first_sample: int) -> tuple[int, int]:
    """Return the number of passes and the index of the first; all indices must fit 32 bits.

    Raises:
        TypeError: not an integer.
        ValueError: fewer than one, or numbers beyond 2^32.
    """
    samples = check_integer("samples", samples)
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    first_sample = check_unsigned("first_sample", first_sample, 32)
    if first_sample + samples > _SAMPLES:
        raise ValueError(
            f"samples must keep all sample numbers below 2^32, got {samples} from first_sample "
            f"{first_sample} on"
        )
    return samples, first_sample


def check_flag(name: str, value: bool) -> bool:
    """Return a truth value as a Python bool.

    Raises:
        TypeError: not a truth value.
    """
    flag = plain_number(name, value)
    if not isinstance(flag, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return flag


def check_word(name: str, value: str, words: tuple[str, ...]) -> None:
    """Accept one of the given words.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(value, str) or value not in words:
        wanted = ", ".join(f'"{word}"' for word in words[:-1]) + f' or "{words[-1]}"'
        raise ValueError(f"{name} must be {wanted}, got {value!r}")


def check_granularity(granularity: str, dimensions: int) -> None:
    """Accept "element", or "channel" for two or more dimensions.

    Raises:
        ValueError: another word, or fewer than two dimensions for channels.
    """
    check_word("granularity", granularity, ("element", "channel"))
    if granularity == "channel" and dimensions < 2:
        raise ValueError(
            'granularity must be "element" for tensors without channels, got "channel" for '
            f"{dimensions} dimension(s) instead of (samples, channels, ...)"
        )
