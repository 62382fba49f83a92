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
        draw: Draws it; called once for each run of the page.
        prepare: Computes what a visitor sees first; called once, before the first visitor.
        code: Functions and classes whose results it shows; the page lists their source.
        css: Style sheet of its own; most experiments need none.
        question: Asked before the experiment, a sentence.
        found: What was found, a sentence after the experiment; a function where it depends on a
            record or on the visitor's settings.
        leads_to: Slugs of the sections that go on from here; the page links to them.
    """

    draw: Callable[[], None]
    prepare: Callable[[], None] | None = None
    code: tuple[Callable[..., Any], ...] = ()
    css: str = ""
    question: str = ""
    found: str | Callable[[], str] = ""
    leads_to: tuple[str, ...] = ()
