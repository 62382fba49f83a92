"""The search page: full-text search of slides and transcript."""

from __future__ import annotations

from html import escape

import streamlit as st

from pyfrontiers.counts import counted
from pyfrontiers.lecture import Section, section
from pyfrontiers.lecture.search import Hit, search
from streamlit_app.kit.link import page_link
from streamlit_app.views.transcript import paragraphs_by_section

__all__ = ["find", "marked"]

_SHOWN = 30


def find() -> None:
    """Draw the search field and its results; the query is part of the address."""
    st.html('<div class="pf-section-head"><p>Slides and transcript</p><h1>Search</h1></div>')
    words = st.text_input(
        "Search for",
        key="q",
        bind="query-params",
        placeholder="dropout, ostrich, posterior",
        max_chars=200,
    )
    if not words.strip():
        st.html('<p class="pf-note">Type words or the beginnings of words, then press Enter.</p>')
        return
    hits = search(words, extra=paragraphs_by_section())
    shown = f"; the best {_SHOWN} are shown" if len(hits) > _SHOWN else ""
    text = f"{_count(len(hits))} for “{escape(words)}”{shown}."
    st.html(f'<p class="pf-note" role="status">{text}</p>')
    for index, hit in enumerate(hits[:_SHOWN]):
        _show(index, hit)


def marked(hit: Hit) -> str:
    """Return the excerpt of a hit as HTML, with matches wrapped in ``<mark>``."""
    pieces = []
    at = 0
    for start, end in hit.ranges:
        pieces.append(escape(hit.excerpt[at:start]))
        pieces.append(f"<mark>{escape(hit.excerpt[start:end])}</mark>")
        at = end
    return "".join(pieces) + escape(hit.excerpt[at:])


def _count(found: int) -> str:
    return counted(found, "result") if found else "No results"


def _show(index: int, hit: Hit) -> None:
    item = section(hit.section)
    number = _slide_number(item, hit)
    label, query = item.title, None
    if number is not None:
        label, query = item.slides[number - 1].title, {"slide": str(number)}
    with st.container(key=f"hit-{index}"):
        st.html(f'<p class="pf-kicker">{item.number} {escape(item.title)} · {hit.kind}</p>')
        page_link(item.slug, label=label, query=query)
        st.html(f"<p>{marked(hit)}</p>")


def _slide_number(item: Section, hit: Hit) -> int | None:
    for number, slide in enumerate(item.slides, start=1):
        if slide.slug == hit.slide:
            return number
    return None
