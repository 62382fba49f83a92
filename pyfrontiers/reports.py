"""Progress reports: functions that long work calls with the fraction done, a message, and data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["part_of", "silent"]


def silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Ignore a report."""


def part_of(
    report: Callable[[float, str], None] | None, begin: float, end: float
) -> Callable[[float, str], None] | None:
    """Return the report of a part of the work, or None if nothing is to be reported.

    Args:
        report: that of the whole work.
        begin: fraction of the whole that is done when the part begins.
        end: fraction that is done when it ends.
    """
    if report is None:
        return None
    return lambda fraction, message: report(begin + (end - begin) * fraction, message)
