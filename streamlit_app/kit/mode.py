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
    """Return the visitor's theme; light until the browser has said otherwise."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens_of(mode: Mode) -> Mapping[str, str]:
    """Return the colour tokens of a theme, from name to ``#rrggbb``."""
    return palette.DARK if mode == "dark" else palette.LIGHT


def visitor_tokens() -> Mapping[str, str]:
    """Return the colour tokens of the visitor's theme.

    For what is drawn on the server, such as an image; HTML and SVG use ``var(--pf-blue)`` and so
    on, which follow the theme in the browser without a new run.
    """
    return tokens_of(visitor_mode())
