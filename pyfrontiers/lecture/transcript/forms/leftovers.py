"""Find timestamps of an unknown form that were left among the words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.lecture.transcript.forms.piece import Piece

__all__ = ["leftover_stamps", "leftover_warning"]

_STAMP = re.compile(
    r"""-{1,2}>|→
    | [\[(<{@#|]+ \s* [^\s\[\](){}<>]{0,6} \d+ [:.,hms'′"″\d/-]* \s* [\])>}#|]+  # (65.2)
    | (?<![\w.]) \d{1,3} (?: :\d{2} ){1,2} (?: [.,:;]\d+ )? (?![\w])      # a clock
    | (?<![\w.]) \d{1,3} (?: \.\d{2} ){2} (?![\w])                        # 00.01.05
    | (?<![\w.]) \d{1,3}[h'′] \s? \d{1,2} (?: [m"″] | '' )?               # 1'05"
    | (?<![\w.]) (?: [tT]\ ?[+=:]? | (?:start|end|time|begin|at)\ ?= | @ )\ ?\d+
        (?: [.:]\d+ )* (?![\w])                                            # T+65, @65, time=65
    | (?<![\w.]) \d+[.,]\d+ \ ? s (?: ec\w* )? \b                         # 3.60s
    """,
    re.VERBOSE,
)
_LEADING_NUMBER = re.compile(r"^(\D{0,12})(\d{1,9}(?:[.,_-]\d{1,9}){0,3})\W{0,3}(?=\s|$)")
_LEAST, _ONE_IN = 3, 60


def leftover_stamps(pieces: Sequence[Piece]) -> list[str]:
    """Return text among the words that looks like timestamps.

    Args:
        pieces: As read.

    Returns:
        The timestamps in order, if there is at least one per sixty words and three in total, or if
        most lines begin with ascending numbers; else none, since a time of day may be spoken.

    """
    lines = [line for piece in pieces for line in piece.text.splitlines() if line.strip()]
    found = [match[0].strip() for line in lines for match in _STAMP.finditer(line)]
    words = sum(len(line.split()) for line in lines)
    if len(found) >= _LEAST and _ONE_IN * len(found) >= words:
        return found
    numbers = [match for line in lines if (match := _LEADING_NUMBER.match(line))]
    values = [tuple(map(int, re.split("[.,_-]", match[2]))) for match in numbers]
    if len({match[1] for match in numbers}) > 1:
        return []
    # Line numbers are not times.
    counting = all(b[0] - a[0] == 1 for a, b in pairwise(values))
    ascending = values == sorted(values) and not counting
    if len(set(values)) >= _LEAST and 2 * len(values) >= len(lines) and ascending:
        return [match[0].strip() for match in numbers]
    return []


def leftover_warning(stamps: Sequence[str]) -> str:
    """Return the warning about timestamps that were left among the words."""
    some = list(dict.fromkeys(stamps))[:3]
    shown = ", ".join(some[:-1]) + f" and {some[-1]}" if len(some) > 1 else some[0]
    return (
        f"The text has {len(stamps)} stamps of an unknown form, such as {shown}, which were left "
        "among the words; write times as [00:01:02] at the start of a line."
    )
