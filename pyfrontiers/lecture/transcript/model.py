"""The data model of an imported transcript, and the error of a failed import."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Paragraph", "Transcript", "TranscriptError"]


class TranscriptError(ValueError):
    """A transcript cannot be used; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A readable piece of the transcript, from one section.

    Attributes:
        section: Slug of the section.
        start: Seconds from the beginning of the video; ``None`` if unknown.
        estimated: Whether ``start`` was estimated from the share of words, not read from the file.
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
        paragraphs: In the order of the text; sections never go backwards.
        match: How well the text matches the lecture, from 0 (no words in common) to 1.
        video: Address of the user's video, or ``None``.
        warnings: Sentences about unknown or estimated times.
        source: Name of the imported file.

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
        """Return the paragraphs of one section, possibly none."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.section == slug)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the texts of the paragraphs by section, as :func:`.search` expects them."""
        return {
            slug: tuple(paragraph.text for paragraph in self.in_section(slug))
            for slug in self.sections
        }
