"""What each address shows: contents, search, transcript, kernels and the lecture's sections.

The folder is not called ``pages`` because Streamlit treats a folder of that name next to the script
as an app in its older multipage layout.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.routes import ROUTES
from streamlit_app.views.contents import contents
from streamlit_app.views.kernels import kernels_page
from streamlit_app.views.search import find
from streamlit_app.views.section import section_page
from streamlit_app.views.sidebar import sidebar
from streamlit_app.views.transcript import transcript_page

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["navigation", "sidebar"]

_TOOLS: dict[str, Callable[[], None]] = {
    "": contents,
    "search": find,
    "transcript": transcript_page,
    "kernels": kernels_page,
}


def navigation() -> list[st.Page]:
    """Make the pages for one run of the script; the browser's tab shows a page's title.

    A page stores whether it may run in the current script run, so pages cannot be reused.
    """
    return [
        st.Page(
            _TOOLS.get(slug) or partial(section_page, slug),
            title=route.tab,
            url_path=slug,
            default=not slug,
        )
        for slug, route in ROUTES.items()
    ]
