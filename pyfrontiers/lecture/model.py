"""What a section, a slide and a reference are.

The text itself lives in :mod:`pyfrontiers.lecture.content`, one module a section; the order of the
sections and their numbers live in :mod:`pyfrontiers.lecture.sections` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Content", "Reference", "Section", "Slide"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: authors, title, venue and year in one line, and where to read it.

    Attributes:
        text: Authors, title, venue, year.
        url: An https address (arXiv or a DOI where there is one); empty for print only.

    """

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: one message and what supports it.

    Attributes:
        slug: Name of the slide, unique in the whole lecture; begins with its section's slug.
        title: A few words for the table of contents.
        message: The one thing to remember, a full sentence of at most 18 words.
        points: Two to five short supporting statements.
        equation: LaTeX without delimiters, or ``None``.
        figure: Name for :func:`pyfrontiers.lecture.figures.draw`, or ``None``.
        references: Sources of the statements and figures on this slide.

    """

    slug: str
    title: str
    message: str
    points: tuple[str, ...]
    equation: str | None = None
    figure: str | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a section, without its place in the order.

    Attributes:
        slug: The one name of the section: page file, URL, tests and claims use it.
        title: Heading of the section.
        summary: One or two sentences for the table of contents.
        facts: A paragraph in the vocabulary of the section; transcripts are aligned against it.
        slides: The slides in order.
        claims: Identifiers of the claims measured in this section, such as ``"C7"``.

    """

    slug: str
    title: str
    summary: str
    facts: str
    slides: tuple[Slide, ...]
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Content):
    """A section in its place.

    Attributes:
        number: Position in the lecture, counted from 1.
        part: Name of the part that the section belongs to.

    """

    number: int
    part: str
