"""The data model: sections, slides and references.

The text is in :mod:`pyfrontiers.lecture.content`, one module per section. Only
:mod:`pyfrontiers.lecture.sections` defines the order and numbers of the sections.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Content", "Reference", "Section", "Slide"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: authors, title, venue and year in one line, and its address.

    Attributes:
        text: Authors, title, venue, year.
        url: An https address (arXiv or DOI if there is one); empty if it is only in print.

    """

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: a message and what supports it.

    Attributes:
        slug: Name of the slide, unique in the lecture; starts with the slug of its section.
        title: A few words for the table of contents.
        message: The one thing to remember, a full sentence of at most 18 words.
        points: Two to five short supporting statements.
        equation: LaTeX without delimiters, or ``None``.
        figure: Name for :func:`pyfrontiers.lecture.figures.draw`, or ``None``.
        references: Sources of the statements and figures on the slide.

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
    """The text of a section, without its position in the lecture.

    Attributes:
        slug: The name of the section, used by page file, URL, tests and claims.
        title: Heading of the section.
        summary: One or two sentences for the table of contents.
        facts: A paragraph with the vocabulary of the section, used to align transcripts.
        slides: The slides, in order.
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
    """A section with its position in the lecture.

    Attributes:
        number: Position in the lecture, starting from 1.
        part: Name of the part that contains the section.

    """

    number: int
    part: str
