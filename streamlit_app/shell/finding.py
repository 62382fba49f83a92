"""The search page: slides and transcript, by words."""

from __future__ import annotations

from html import escape

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.lecture import section
from streamlit_app.pages import page_of

if TYPE_CHECKING:
    from pyfrontiers.lecture.search import Hit

__all__ = ["find"]


def find() -> None:
    """Draw the search field and what it found; the address carries the words."""
    st.html('<div class="pf-section-head"><p>Lecture</p><h1>Search</h1></div>')
    words = st.text_input(
        "Search slides and transcript",
        key="q",
        bind="query-params",
        placeholder="dropout, ostrich, posterior …",
        max_chars=200,
    )
    if not words.strip():
        st.html('<p class="pf-note">Type one or more words and press Enter.</p>')
        return
    from pyfrontiers.lecture.search import search

    hits = search(words)
    count = f"{len(hits)} places" if len(hits) != 1 else "1 place"
    st.html(f'<p class="pf-note" role="status">{count} for “{escape(words)}”.</p>')
    for index, hit in enumerate(hits):
        _show(index, hit)


def _show(index: int, hit: Hit) -> None:
    item = section(hit.section)
    with st.container(key=f"hit-{index}"):
        st.page_link(page_of(item.slug), label=f"{item.number} {item.title}")
        st.html(f"<p>{escape(hit.excerpt)}</p>")
