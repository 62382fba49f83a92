"""The data model: sections, slides and references.

The text is in :mod:`pyfrontiers.lecture.content`, one module per section. Only
:mod:`pyfrontiers.lecture.sections` defines the order and numbers of the sections.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Content", "Notes", "Reference", "Section", "Slide"]

_ROLE = re.compile(r" \(editors?\)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: authors, title, venue and year in one line, and its address.

    Attributes:
        text: Authors, title, venue, year.
        url: An https address (arXiv or DOI if there is one); empty if it is only in print.

    """

    text: str
    url: str = ""

    @property
    def short(self) -> str:
        """Authors and year, such as ``"Madry et al. 2018"``, for a slide that is projected."""
        people = _ROLE.sub("", self.text.split(":", 1)[0])
        names = re.split(r", | and ", people)
        year = re.findall(r"\b(?:19|20)\d\d\b", self.text)[0]
        several = len(names) > 2 and names[-1] != "et al."
        return f"{names[0]} et al. {year}" if several else f"{people} {year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What an instructor has in mind while a slide is shown; the class does not see it.

    Attributes:
        say: What to say: the argument of the slide in a few sentences.
        ask: A question for the class.
        show: What to show in the section's lab.

    """

    say: str
    ask: str
    show: str


@dataclass(frozen=True, slots=True, kw_only=True)
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
        builds: Whether the points appear one after the other when the slide is presented.
        measured: Claim whose recorded result is stated after the points, such as ``"C19"``; empty
            for none.
        notes: What to say, ask and show.

    """

    slug: str
    title: str
    message: str
    points: tuple[str, ...]
    notes: Notes
    equation: str | None = None
    figure: str | None = None
    references: tuple[Reference, ...] = ()
    builds: bool = False
    measured: str = ""


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
