"""Positions of slides: a slide's number in the lecture, its predecessor and its successor."""

from __future__ import annotations

from dataclasses import dataclass

from pyfrontiers.lecture import SECTIONS, Section, section

__all__ = ["LAST", "Place", "place_at", "slide_number"]

#: Number of slides in the lecture.
LAST = sum(len(item.slides) for item in SECTIONS)


@dataclass(frozen=True, slots=True)
class Place:
    """A slide as identified by the address.

    Attributes:
        slug: The section's slug.
        slide: Position in the section, starting at 1.
    """

    slug: str
    slide: int

    @property
    def number(self) -> int:
        """Position in the whole lecture, starting at 1."""
        before = 0
        for item in SECTIONS:
            if item.slug == self.slug:
                return before + self.slide
            before += len(item.slides)
        message = f"slug must name a section, got {self.slug!r}"
        raise KeyError(message)

    @property
    def previous(self) -> Place | None:
        """The previous slide, or ``None`` for the first slide of the lecture."""
        return place_at(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> Place | None:
        """The next slide, or ``None`` for the last slide of the lecture."""
        return place_at(self.number + 1) if self.number < LAST else None

    @property
    def section(self) -> Section:
        """The section containing the slide."""
        return section(self.slug)


def place_at(number: int) -> Place:
    """Return the slide at a position in the whole lecture.

    Args:
        number: Position, starting at 1; clamped to the lecture.
    """
    remaining = min(max(number, 1), LAST)
    for item in SECTIONS:
        if remaining <= len(item.slides):
            return Place(item.slug, remaining)
        remaining -= len(item.slides)
    raise AssertionError  # pragma: no cover - the number was clamped to the lecture


def slide_number(item: Section, wanted: str | None) -> int:
    """Return the slide of a section that an address asks for.

    Args:
        item: The section.
        wanted: The value of ``slide`` in the address: a number starting at 1, any other text, or
            ``None`` if it is missing.

    Returns:
        The number, clamped to the section's slides; 1 if `wanted` is not a number.
    """
    text = (wanted or "").strip()
    if not text.isdecimal():
        return 1
    # int() rejects numbers of more than 4300 digits; more than nine are past the end anyway.
    number = int(text) if len(text) <= 9 else LAST
    return min(max(number, 1), len(item.slides))
