"""The definition of a section's lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.lecture import Slide
    from streamlit_app.kit.guess import Guess

__all__ = ["Lab", "finding_of", "points_of"]

_STATED = {"pass": "passes", "fail": "fails", "null": "finds no effect"}


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab, as used by its page, the warm-up and the tests.

    Attributes:
        draw: Draws the lab; called in every run of the page.
        prepare: Computes in advance what visitors see first; called once, at start-up.
        code: Functions and classes whose results the lab shows; the page lists their source.
        css: Additional style sheet; most labs need none.
        question: The question that the experiment answers, a sentence shown above it.
        guess: A question to guess before the experiment.
        found: The answer, a sentence shown below it; a function if it depends on a record or on
            the visitor's settings.
        leads_to: Slugs of the sections that the page links to as a continuation.
        link: Text of the button that copies the address. An address holds the settings; where these
            do not lead to the result shown, such as a visitor's run, the text must not promise it.
    """

    draw: Callable[[], None]
    prepare: Callable[[], None] | None = None
    code: tuple[Callable[..., Any], ...] = ()
    css: str = ""
    question: str = ""
    guess: Guess | None = None
    found: str | Callable[[], str] = ""
    leads_to: tuple[str, ...] = ()
    link: str = "Copy link to this result"


def finding_of(claim: str, otherwise: str = "") -> Callable[[], str]:
    """Return a function that gives the sentence of a claim's record, for `Lab.found`.

    Args:
        claim: The claim's name, such as ``"C18"``.
        otherwise: Sentence used when nothing is recorded.
    """

    def found() -> str:
        outcome = recorded(claim)
        return otherwise if outcome is None else outcome.finding.sentence

    return found


def points_of(slide: Slide) -> tuple[str, ...]:
    """Return the points of a slide and, if it names a claim, the state of its record."""
    outcome = recorded(slide.measured) if slide.measured else None
    if outcome is None:
        return slide.points
    return (*slide.points, f"Measured here: claim {slide.measured} {_STATED[outcome.status]}.")
