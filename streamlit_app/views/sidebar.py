"""The sidebar: the tools, then the sections in the order of the lecture."""

from __future__ import annotations

from functools import cache
from html import escape

import streamlit as st

from streamlit_app.kit.link import page_anchor
from streamlit_app.routes import GROUPS, Route

__all__ = ["sidebar"]


def sidebar() -> None:
    """Draw the navigation.

    Streamlit's own has list items outside of lists, so it is hidden. This one is a single element
    that is the same on every page, so the browser keeps it, and with it the keyboard's focus. The
    script in ``keys.js`` opens its links in place and marks the page that is open.
    """
    with st.sidebar:
        st.html(_navigation())


@cache
def _navigation() -> str:
    groups = "".join(_group(at, *group) for at, group in enumerate(GROUPS.items()))
    return f'<nav class="pf-nav" aria-label="Pages">{groups}</nav>'


def _group(at: int, heading: str, routes: tuple[Route, ...]) -> str:
    entries = "".join(f"<li>{_entry(route)}</li>" for route in routes)
    if not heading:
        return f"<ul>{entries}</ul>"
    name = f"pf-part-{at}"
    return f'<p id="{name}">{escape(heading)}</p><ul aria-labelledby="{name}">{entries}</ul>'


def _entry(route: Route) -> str:
    return page_anchor(route.slug, route.title, number=route.number or None)
