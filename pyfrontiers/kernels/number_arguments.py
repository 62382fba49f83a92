"""Checks of the numbers that kernels take. Every error names the argument and what was given."""

from __future__ import annotations

from typing import Literal

import torch

Granularity = Literal["element", "channel"]

_SAMPLES = 1 << 32


def check_probability(p: float, name: str = "p") -> None:
    """Accept a probability.

    Raises:
        TypeError: not a number.
        ValueError: outside [0, 1] or NaN.
    """
    if isinstance(p, bool) or not isinstance(p, (int, float)):
        raise TypeError(f"{name} must be a number in [0, 1], got {type(p).__name__}")
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{name} must be a probability in [0, 1], got {p}")


def check_integer(name: str, value: int) -> None:
    """Accept an integer.

    Raises:
        TypeError: not an integer.
    """
    if isinstance(value, bool) or not isinstance(value, (int, torch.SymInt)):
        raise TypeError(f"{name} must be an integer, got {type(value).__name__}")


def check_unsigned(name: str, value: int, bits: int) -> None:
    """Accept an integer of `bits` bits.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^bits).
    """
    check_integer(name, value)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{name} must be an integer in [0, 2^{bits}), got {value}")


def check_first_element(value: int) -> None:
    """Accept the index of an array's first element in a mask.

    Raises:
        TypeError: not an integer.
        ValueError: outside [0, 2^62), which leaves room for the following elements.
    """
    check_unsigned("first_element", value, 62)


def check_samples(samples: int, first_sample: int) -> None:
    """Accept a number of passes whose sample numbers fit 32 bits.

    Raises:
        TypeError: not an integer.
        ValueError: fewer than one, or numbers beyond 2^32.
    """
    check_integer("samples", samples)
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    check_unsigned("first_sample", first_sample, 32)
    if first_sample + samples > _SAMPLES:
        raise ValueError(
            f"samples must keep all sample numbers below 2^32, got {samples} from first_sample "
            f"{first_sample} on"
        )


def check_granularity(granularity: str, dimensions: int) -> None:
    """Accept "element", or "channel" for two or more dimensions.

    Raises:
        ValueError: another word, or fewer than two dimensions for channels.
    """
    if granularity not in ("element", "channel"):
        raise ValueError(f'granularity must be "element" or "channel", got {granularity!r}')
    if granularity == "channel" and dimensions < 2:
        raise ValueError(
            'granularity must be "element" for tensors without channels, got "channel" for '
            f"{dimensions} dimension(s) instead of (samples, channels, ...)"
        )
