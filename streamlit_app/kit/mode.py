"""The visitor's theme, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from pyfrontiers.lecture import palette

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Mode", "mixed", "tokens_of", "visitor_mode", "visitor_tokens"]

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


def mixed(colour: str, other: str, share: float) -> str:
    """Mix two colours ``#rrggbb``.

    Args:
        colour: The first.
        other: The second.
        share: Share of the first, from 0 to 1.
    """
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(share * a + (1 - share) * b) for a, b in pairs).hex()
