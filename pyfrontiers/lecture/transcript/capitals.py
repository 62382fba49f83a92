"""Whether a transcript is written in capitals throughout, as live captions often are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_in_capitals"]


def is_in_capitals(texts: Iterable[str]) -> bool:
    """Return whether at least four of five cased letters are capitals."""
    upper = lower = 0
    for text in texts:
        upper += sum(map(str.isupper, text))
        lower += sum(map(str.islower, text))
    return upper > 0 and upper >= 4 * lower
