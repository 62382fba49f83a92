"""Counts of things in words."""

from __future__ import annotations

__all__ = ["counted"]


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 scene" or "1,200 scenes".

    Args:
        count: how many.
        noun: singular of a noun whose plural ends in "s".
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
