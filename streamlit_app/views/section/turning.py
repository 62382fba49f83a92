"""Where a slide is, and which comes before and after it: pure functions of the lecture's order."""

from __future__ import annotations

from dataclasses import dataclass

from pyfrontiers.lecture import SECTIONS, Section, section

__all__ = ["LAST", "Place", "place_at", "slide_number"]

#: Number of slides in the lecture.
LAST = sum(len(item.slides) for item in SECTIONS)


@dataclass(frozen=True, slots=True)
class Place:
    """A slide, as the address names it.

    Attributes:
        slug: The section's slug.
        slide: Position in the section, counted from 1.
    """

    slug: str
    slide: int

    @property
    def number(self) -> int:
        """Position in the whole lecture, counted from 1."""
        before = 0
        for item in SECTIONS:
            if item.slug == self.slug:
                return before + self.slide
            before += len(item.slides)
        message = f"slug must name a section, got {self.slug!r}"
        raise KeyError(message)

    @property
    def previous(self) -> Place | None:
        """The slide before this one, or ``None`` on the lecture's first."""
        return place_at(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> Place | None:
        """The slide after this one, or ``None`` on the lecture's last."""
        return place_at(self.number + 1) if self.number < LAST else None

    @property
    def section(self) -> Section:
        """The section that the slide belongs to."""
        return section(self.slug)


def place_at(number: int) -> Place:
    """Return the place of the slide with a number in the whole lecture.

    Args:
        number: Counted from 1; numbers outside the lecture give its first or last slide.
    """
    remaining = min(max(number, 1), LAST)
    for item in SECTIONS:
        if remaining <= len(item.slides):
            return Place(item.slug, remaining)
        remaining -= len(item.slides)
    raise AssertionError  # pragma: no cover - the number was clamped to the lecture


def slide_number(item: Section, wanted: str | None) -> int:
    """Return the slide that an address asks for, whatever it says.

    Args:
        item: The section.
        wanted: The value of ``slide`` in the address: a number counted from 1, or anything a
            visitor typed, or ``None`` where it is missing.

    Returns:
        A number from 1 to the section's number of slides: what is no number gives the first slide,
        numbers beyond either end give that end.
    """
    text = (wanted or "").strip()
    if not text.isdecimal():
        return 1
    # A long number is past the end whatever it says, and int refuses one of 4300 digits.
    number = int(text) if len(text) <= 9 else LAST
    return min(max(number, 1), len(item.slides))
