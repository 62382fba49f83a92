"""A measurement in words: one sentence for the claim card, and a table of the other figures.

Records hold figures only. Each claim turns them into words with its ``describe``, so a sentence can
never disagree with its figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Figure", "Finding", "number", "percent", "side_by_side", "span"]


@dataclass(frozen=True)
class Figure:
    """A row of the table.

    Attributes:
        name: What was measured.
        value: The figure with its unit, or a few words.
        interval: Its 95 % interval; empty if it has none.

    """

    name: str
    value: str
    interval: str = ""

    @property
    def text(self) -> str:
        """The value with its interval."""
        return f"{self.value} ({self.interval})" if self.interval else self.value


@dataclass(frozen=True)
class Finding:
    """What a measurement found.

    Attributes:
        sentence: One sentence; the figures to remember are between ``**``.
        figures: The other figures.

    Raises:
        ValueError: The sentence is empty, has several lines or an unmatched ``**``, or two figures
            have one name.

    """

    sentence: str
    figures: tuple[Figure, ...] = ()

    def __post_init__(self) -> None:
        if not self.sentence.strip() or "\n" in self.sentence:
            raise ValueError(f"sentence must be one line that is not empty, got {self.sentence!r}")
        if self.sentence.count("**") % 2:
            raise ValueError(f"sentence must have ** in pairs, got {self.sentence!r}")
        names = [figure.name for figure in self.figures]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"figures must have different names, got twice {sorted(twice)}")

    @property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """The sentence in pieces, each with whether it is bold."""
        pieces = enumerate(self.sentence.split("**"))
        return tuple((text, place % 2 == 1) for place, text in pieces if text)

    @property
    def text(self) -> str:
        """The sentence without marks."""
        return "".join(text for text, _ in self.parts)


def side_by_side(measured: Finding, recorded: Finding | None) -> list[tuple[str, str, str]]:
    """Return rows (name, measured, recorded) of the figures of two findings about one claim.

    A figure that only one of them has is empty in the other's column. Rows are in the order of the
    measured figures, followed by those that are recorded alone.
    """
    ours = {figure.name: figure.text for figure in measured.figures}
    theirs = {figure.name: figure.text for figure in (recorded.figures if recorded else ())}
    return [(name, ours.get(name, ""), theirs.get(name, "")) for name in {**ours, **theirs}]


def number(value: float, digits: int = 2) -> str:
    """Format a number with at most ``digits`` significant digits and no exponent.

    >>> number(0.4013), number(-0.9963), number(1234.0), number(0.00477)
    ('0.40', '−1.0', '1,200', '0.0048')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}".replace("-", "−" if value else "")
    magnitude = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    decimals = digits - 1 - magnitude
    return f"{round(value, decimals):,.{max(decimals, 0)}f}".replace("-", "−")


def percent(share: float, digits: int = 2) -> str:
    """Format a share as a percentage: ``percent(0.2434)`` is ``"24 %"``."""
    return f"{number(100 * share, digits)} %"


def span(ends: tuple[float, float], *, scale: float = 1.0, unit: str = "") -> str:
    """Format an interval with two significant digits, such as ``"0.35 to 0.46"``.

    Args:
        ends: Lower and upper end.
        scale: Multiplies both; 100 for percentages.
        unit: Stands after the upper end, such as ``" %"``.

    """
    low, high = (number(scale * end) for end in ends)
    return f"{low} to {high}{unit}"
