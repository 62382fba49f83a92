"""Keyboard and links: arrow keys turn slides, links open in place.

"In place" means within the visitor's session, without loading the document again.
"""

from __future__ import annotations

import streamlit as st

from streamlit_app.kit.files import text_beside

__all__ = ["keys_and_links"]

_listener = st.components.v2.component(
    "pyfrontiers.keys_and_links", js=text_beside(__file__, "keys.js")
)


def keys_and_links(page: str) -> None:
    """Let the arrow keys turn the slide, open links in place, and mark the page in the sidebar.

    The left and right arrow keys click the controls in the containers ``turn-back`` and
    ``turn-on``, except where they have another meaning; the current slide is the ``data-number``
    of ``.pf-where``.

    Args:
        page: Slug of the open page.
    """
    _listener(key="keys-and-links", data={"page": page}, height=1)
