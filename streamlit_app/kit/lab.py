"""The definition of a section's lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Lab"]


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab, as used by its page, the warm-up and the tests.

    Attributes:
        draw: Draws the lab; called in every run of the page.
        prepare: Computes in advance what visitors see first; called once, at start-up.
        code: Functions and classes whose results the lab shows; the page lists their source.
        css: Additional style sheet; most labs need none.
        question: The question that the experiment answers, a sentence shown above it.
        found: The answer, a sentence shown below it; a function if it depends on a record or on
            the visitor's settings.
        leads_to: Slugs of the sections that the page links to as a continuation.
    """

    draw: Callable[[], None]
    prepare: Callable[[], None] | None = None
    code: tuple[Callable[..., Any], ...] = ()
    css: str = ""
    question: str = ""
    found: str | Callable[[], str] = ""
    leads_to: tuple[str, ...] = ()
