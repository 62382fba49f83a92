"""The visitor's theme, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from pyfrontiers.lecture import palette

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Mode", "tokens_of", "visitor_mode", "visitor_tokens"]

Mode = Literal["light", "dark"]


def visitor_mode() -> Mode:
    """Return the visitor's theme; light until the browser has reported it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens_of(mode: Mode) -> Mapping[str, str]:
    """Return the colour tokens of a theme, from name to ``#rrggbb``."""
    return palette.DARK if mode == "dark" else palette.LIGHT


def visitor_tokens() -> Mapping[str, str]:
    """Return the colour tokens of the visitor's theme.

    For images and charts drawn on the server. HTML and SVG use CSS variables such as
    ``var(--pf-blue)`` instead, which follow the theme without a rerun.
    """
    return tokens_of(visitor_mode())
