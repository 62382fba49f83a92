"""Links to the app's pages, and a button that copies the link to the current result."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.kit.files import text_beside
from streamlit_app.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["copy_link", "page_anchor", "page_link"]


_copy = st.components.v2.component(
    "pyfrontiers.copy_link",
    html='<button></button><span role="status"></span>',
    css=text_beside(__file__, "link.css"),
    js=text_beside(__file__, "link.js"),
)


def copy_link(key: str, label: str) -> None:
    """Draw a button that copies the address, which contains the values of the controls.

    Args:
        key: Unique on the page.
        label: Text of the button.
    """
    _copy(key=key, data={"label": label, "done": "Link copied"})


def page_link(
    slug: str, *, label: str | None = None, query: Mapping[str, str] | None = None
) -> None:
    """Draw a link to a page.

    Args:
        slug: The page's address: a section's slug, a tool such as ``"kernels"``, or ``""`` for the
            contents.
        label: Text of the link. Default: the page's title.
        query: Query parameters.

    Raises:
        KeyError: No page has this address.
    """
    st.page_link(_target(slug), label=label, query_params=query)


def page_anchor(slug: str, label: str, *, number: int | None = None) -> str:
    """Return a link to a page as HTML, so that many links can share one Streamlit element.

    The script in ``views/keys.js`` opens it within the visitor's session.

    Args:
        slug: The page's address, as for :func:`page_link`.
        label: Text of the link.
        number: The section's number, shown before the label.

    Raises:
        KeyError: No page has this address.
    """
    shown = escape(label) if number is None else f"<b>{number}</b> {escape(label)}"
    return f'<a class="pf-page" href="./{ROUTES[slug].slug}" target="_self">{shown}</a>'


@cache
def _target(slug: str) -> st.Page:
    """Return a page object that gives a link its address and title; it is never run."""

    def never() -> None:
        raise AssertionError(slug)  # pragma: no cover

    return st.Page(never, title=ROUTES[slug].title, url_path=slug, default=not slug)
