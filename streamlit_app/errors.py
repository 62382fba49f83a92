"""The message shown when a page raises an exception."""

from __future__ import annotations

import streamlit as st

from streamlit_app.kit.link import page_anchor

__all__ = ["explain_script_error"]


def explain_script_error(_: Exception) -> bool:
    """Show a short message and a link instead of the traceback, which Streamlit logs.

    Returns:
        ``True``, so that Streamlit shows nothing else.
    """
    with st.container(key="page-error", border=True):
        st.markdown(
            "**This page could not be drawn.** The rest of the lecture is unaffected, and the "
            "details are in the server's log. Reload the page to try again, or go back to the "
            "contents."
        )
        st.html(page_anchor("", "Back to the contents"))
    return True
