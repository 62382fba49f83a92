"""What an imported transcript is, and the error that says why one was not imported."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Paragraph", "Transcript", "TranscriptError"]


class TranscriptError(ValueError):
    """A transcript that cannot be used; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A readable piece of the transcript, told in one section.

    Attributes:
        section: Slug of the section.
        start: Seconds from the beginning of the video; ``None`` where nothing is known.
        estimated: Whether ``start`` was computed from the share of words and not read in the file.
        text: The words, as plain text.

    """

    section: str
    start: float | None
    estimated: bool
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript in the lecture's order.

    Attributes:
        paragraphs: In the order of the text; their sections never go backwards.
        match: How well the text matches the lecture, from 0 (no word in common) to 1.
        video: Address of the user's video, or ``None``.
        warnings: Sentences about what could not be read or known.
        source: Name of the file it came from.

    """

    paragraphs: tuple[Paragraph, ...]
    match: float
    video: str | None = None
    warnings: tuple[str, ...] = ()
    source: str = ""

    @property
    def sections(self) -> tuple[str, ...]:
        """Slugs of the sections that have paragraphs, in order."""
        return tuple(dict.fromkeys(paragraph.section for paragraph in self.paragraphs))

    def in_section(self, slug: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of one section, which may be none."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.section == slug)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the paragraphs' texts by section, as the search takes them."""
        return {
            slug: tuple(paragraph.text for paragraph in self.in_section(slug))
            for slug in self.sections
        }
