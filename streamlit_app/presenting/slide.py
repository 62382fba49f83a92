"""One slide of the deck as HTML. Lengths are in the style sheet; this decides the size of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import TYPE_CHECKING

from streamlit_app.kit import points_of, unbroken
from streamlit_app.presenting.figures import TEXT, figure_html

if TYPE_CHECKING:
    from pyfrontiers.lecture import Notes, Reference, Section, Slide
    from pyfrontiers.lecture.pack.model import Question

__all__ = ["Shown", "slide_html", "text_size"]

# In pixels of a slide of 1280 by 720: the sizes that text may have, width and height of the part
# with the points, and what an equation takes for each of its lines.
_SIZES = (27, 25, 23, 21.5, TEXT)
_NARROW, _WIDE, _HEIGHT = 500, 1100, 440
_LINE_OF_EQUATION = 66
# Width of a character in proportion to its height, line height and gap of the style sheet.
_CHARACTER, _LINE, _GAP = 0.47, 1.3, 12
_MATHS = re.compile(r"\$([^$]+)\$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A slide at its place in the lecture.

    Attributes:
        section: Its section.
        slide: The slide.
        number: Its number in the lecture, from 1.
        of: The number of slides in the lecture.
        lab: Slug of the experiment of its section; empty if it has none.
        picture: Address and description of a picture that the deck doesn't draw, or ``None``.
        quiz: Questions for the class, which are among the notes.
    """

    section: Section
    slide: Slide
    number: int
    of: int
    lab: str
    picture: tuple[str, str] | None = None
    quiz: tuple[Question, ...] = ()


def slide_html(shown: Shown) -> str:
    """Return a slide with its notes.

    The attribute ``data-steps`` is the number of presses that it takes to build it up; a part with
    ``data-step="2"`` appears with the second.
    """
    slide = shown.slide
    steps = len(slide.points) - 1 if slide.builds else 0
    label = f"Slide {shown.number} of {shown.of}: {slide.title}"
    experiment = f' data-experiment="{escape(shown.lab)}"' if shown.lab else ""
    figure = _figure(shown)
    return (
        f'<article class="slide" id="{slide.slug}" data-section="{shown.section.slug}" '
        f'data-number="{shown.number}" data-steps="{steps}"{experiment} '
        f'aria-label="{escape(label)}"><div class="frame"><div class="face" '
        f'style="--text: {text_size(slide, narrow=bool(figure))}">{_head(shown)}'
        f'<div class="body{"" if figure else " wide"}"><div class="told">{_points(slide)}'
        f"{_equation(slide)}</div>{figure}</div>{_foot(shown)}</div></div>"
        f'<a class="open" href="#{slide.slug}" tabindex="-1">{escape(label)}</a>'
        f"{_notes(slide.notes, slide.references, shown.quiz)}</article>"
    )


def text_size(slide: Slide, *, narrow: bool) -> float:
    """Return the size of the points, in pixels of a slide of 1280 by 720: the largest that fits.

    Args:
        slide: The slide.
        narrow: Whether the points share the width with a figure.
    """
    width = _NARROW if narrow else _WIDE
    lines = 0 if slide.equation is None else 1 + slide.equation.count(r"\\")
    height = _HEIGHT - _LINE_OF_EQUATION * lines
    for size in _SIZES:
        across = width / (_CHARACTER * size) - 2
        taken = sum(ceil(len(point) / across) * _LINE * size + _GAP for point in points_of(slide))
        if taken <= height:
            return size
    return _SIZES[-1]


def _figure(shown: Shown) -> str:
    if shown.slide.figure:
        return f'<div class="shown">{figure_html(shown.slide.figure)}</div>'
    if shown.picture:
        address, description = map(escape, shown.picture)
        return f'<div class="shown"><img class="picture" src="{address}" alt="{description}"></div>'
    return ""


def _head(shown: Shown) -> str:
    return (
        f'<header><p class="kicker"><b>{shown.section.number}</b>{escape(shown.slide.title)}</p>'
        f"<h2>{escape(unbroken(shown.slide.message))}</h2></header>"
    )


def _points(slide: Slide) -> str:
    points = "".join(
        f'<li data-step="{step}">{_inline(point)}</li>'
        if slide.builds and step
        else f"<li>{_inline(point)}</li>"
        for step, point in enumerate(points_of(slide))
    )
    return f"<ul>{points}</ul>"


def _inline(text: str) -> str:
    """Return a text as HTML; LaTeX between dollar signs is set by the browser."""
    pieces = _MATHS.split(text)
    return "".join(
        f'<span class="maths" data-latex="{escape(piece)}">{escape(piece)}</span>'
        if place % 2
        else escape(unbroken(piece))
        for place, piece in enumerate(pieces)
    )


def _equation(slide: Slide) -> str:
    if slide.equation is None:
        return ""
    latex = escape(slide.equation)
    return f'<div class="maths equation" data-latex="{latex}">{latex}</div>'


def _foot(shown: Shown) -> str:
    sources = "".join(
        f"<li>{_link(source, source.short)}</li>" for source in shown.slide.references
    )
    return f'<footer><ul>{sources}</ul><p class="count">{shown.number}</p></footer>'


def _link(source: Reference, text: str) -> str:
    if not source.url:
        return f"<span>{escape(text)}</span>"
    return (
        f'<a href="{escape(source.url)}" target="_blank" rel="noopener" tabindex="-1" '
        f'title="{escape(source.text)}">{escape(text)}</a>'
    )


def _notes(notes: Notes, references: tuple[Reference, ...], quiz: tuple[Question, ...]) -> str:
    """Return the notes with the quiz, and the sources in full for the handout."""
    parts = "".join(
        f'<div class="note {kind}"><h3>{head}</h3><p>{escape(unbroken(text))}</p></div>'
        for kind, head, text in (
            ("say", "Say", notes.say),
            ("ask", "Ask", notes.ask),
            ("show", "Show", notes.show),
            *(("quiz", "Quiz", _quiz(question)) for question in quiz),
        )
    )
    sources = "".join(
        f"<li>{escape(source.text)} {escape(source.url)}</li>" for source in references
    )
    return f'<div class="notes">{parts}<ul class="sources">{sources}</ul></div>'


def _quiz(question: Question) -> str:
    right = question.answers[question.right]
    return f"{question.text} {' / '.join(question.answers)}. Right: {right}."
