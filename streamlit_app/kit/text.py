"""Headings, result lines, rows of figures and tables in the style shared by all experiments."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "heading",
    "listed",
    "measures",
    "note",
    "percent",
    "raised",
    "rich",
    "scientific",
    "subheading",
    "table",
    "unbroken",
    "verdict",
]

_BOND = re.compile(r"(?<=\d) (?=%|(?:px|pm)\b)|(?<=\d) (?=± \d)|(?<=[±<>]) (?=\d)")
_NBSP = "\N{NO-BREAK SPACE}"
_GROUP = re.compile(r"\([^()]{,24}\)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def unbroken(text: str) -> str:
    """Put no-break spaces between numbers and their signs, units or uncertainties."""
    return _BOND.sub(_NBSP, text)


def percent(share: float, digits: int = 0) -> str:
    """Format a fraction as a percentage such as ``33 %``, with a no-break space."""
    return f"{100 * share:.{digits}f}{_NBSP}%"


def raised(power: int) -> str:
    """Format an exponent in raised digits, such as ``⁻⁴``."""
    return str(power).translate(_RAISED)


def scientific(value: float, digits: int = 1) -> str:
    """Format a number as ``3.8 × 10⁻⁴``, with no-break spaces."""
    factor, power = f"{value:.{digits}e}".split("e")
    return f"{factor}{_NBSP}×{_NBSP}10{raised(int(power))}"


def rich(text: str) -> str:
    """Return a text as HTML: escaped, with no-break spaces, and with ``**bold**`` converted."""
    return _BOLD.sub(r"<strong>\1</strong>", escape(unbroken(text), quote=False))


def heading(text: str) -> None:
    """Draw a heading with a thin rule, at the start of a part of the page."""
    st.html(f'<h2 class="pf-heading">{escape(text)}</h2>')


def subheading(text: str, explanation: str = "") -> None:
    """Draw a heading for a part of an experiment.

    Args:
        text: The heading.
        explanation: A sentence or two below it; may contain ``**bold**``.
    """
    below = f'<p class="pf-note">{rich(explanation)}</p>' if explanation else ""
    st.html(f'<h3 class="pf-subheading">{escape(text)}</h3>{below}')


def note(text: str) -> None:
    """Draw a paragraph in a muted style; it may contain ``**bold**``."""
    st.html(f'<p class="pf-note">{rich(text)}</p>')


def listed(items: Sequence[str]) -> None:
    """Draw a list of sentences in a muted style; they may contain ``**bold**``."""
    entries = "".join(f"<li>{rich(each)}</li>" for each in items)
    st.html(f'<ul class="pf-note">{entries}</ul>')


def verdict(text: str, explanation: str = "") -> None:
    """Draw the conclusion as a large line that screen readers announce.

    Args:
        text: The sentence, with the figure in ``**bold**``.
        explanation: What it means, in a smaller line below.
    """
    below = f'<p class="pf-note">{rich(explanation)}</p>' if explanation else ""
    st.html(f'<p class="pf-result" role="status">{rich(text)}</p>{below}')


def measures(*figures: tuple[str, str] | tuple[str, str, str]) -> None:
    """Draw a row of figures.

    Args:
        figures: For each, its name, its value and, optionally, its unit.
    """
    parts = "".join(
        f"<div><dt>{rich(name)}</dt><dd>{escape(value)}"
        + (f"<small>{_NBSP}{escape(unit[0])}</small>" if unit else "")
        + "</dd></div>"
        for name, value, *unit in figures
    )
    st.html(f'<dl class="pf-measures">{parts}</dl>')


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str) -> None:
    """Draw a table with row headings in the first column.

    On a narrow page cells wrap, but not within short brackets such as an interval. A table that is
    still too wide scrolls below its caption, with a shadow at the side where it goes on.

    Args:
        head: Names of the columns; the first may be empty.
        rows: Cells, formatted as text; an empty cell gets a dash.
        caption: What the table shows.
    """
    names = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in head
    )
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(_cell(cell)) or '–'}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    st.html(
        f'<figure class="pf-table"><figcaption>{escape(caption)}</figcaption>'
        f'<div tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div></figure>"
    )


def _cell(text: str) -> str:
    return _GROUP.sub(lambda group: group[0].replace(" ", _NBSP), unbroken(text))
