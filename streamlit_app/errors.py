"""What a visitor reads when a page fails."""

from __future__ import annotations

import streamlit as st

__all__ = ["explain_script_error"]


def explain_script_error(_: Exception) -> bool:
    """Show one sentence and a way on in place of a traceback, which Streamlit writes to its log.

    Returns:
        ``True``, which tells Streamlit that the visitor has been told.
    """
    with st.container(key="page-error", border=True):
        st.markdown(
            "**This page could not be drawn.** The rest of the lecture is unaffected, and the "
            "server's log holds the details. Reload the page to try once more, or go on from the "
            "contents."
        )
        st.markdown("[Back to the contents](/)")
    return True
