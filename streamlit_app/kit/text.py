"""Headings, and how sentences with numbers are set on a page."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

__all__ = ["heading", "percent", "unbroken"]

_BOND = re.compile(r"(?<=\d) (?=%|(?:px|pm)\b)|(?<=\d) (?=± \d)|(?<=±) (?=\d)")
_NBSP = "\N{NO-BREAK SPACE}"


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its unit or its spread."""
    return _BOND.sub(_NBSP, text)


def percent(share: float, digits: int = 0) -> str:
    """Write a share of one as a percentage, such as ``33 %``, that stays on one line."""
    return f"{100 * share:.{digits}f}{_NBSP}%"


def heading(text: str) -> None:
    """Draw the thin rule and heading that open a part of a page."""
    st.html(f'<h2 class="pf-heading">{escape(text)}</h2>')
