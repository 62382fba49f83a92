"""The first page: what the lecture is, and its sections as cards in their parts."""

from __future__ import annotations

from html import escape

import streamlit as st

from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture import PARTS, SECTIONS, Section
from streamlit_app.kit.link import page_link
from streamlit_app.labs import labs
from streamlit_app.views.section.turning import LAST

__all__ = ["contents"]


def contents() -> None:
    """Draw the table of contents."""
    st.html(
        '<div class="pf-hero"><p class="pf-kicker">A lecture to walk through and try</p>'
        "<h1>The limits and new frontiers of deep learning</h1>"
        f"<p>{len(SECTIONS)} sections and {LAST} slides: where networks stop working, how they can "
        "say what they do not know, and how they learn to learn. Of the lecture's "
        f"{len(CLAIMS.sections)} claims {len(tuple(CLAIMS))} are measured here, on your machine; "
        "the others stand with their source.</p></div>"
    )
    if "missing" in st.query_params:
        st.html(
            '<p class="pf-note" role="status">There is no page at that address. '
            "These are the pages that exist.</p>"
        )
    with st.container(key="begin", horizontal=True):
        page_link(SECTIONS[0].slug, label="Begin with the first slide")
        page_link("search", label="Search slides and transcript")
        page_link("kernels", label="How fast the kernels are")
    for part in PARTS:
        st.html(f'<h2 class="pf-heading">{escape(part)}</h2>')
        with st.container(key=f"cards-{part.lower().replace(' ', '-')}", horizontal=True):
            for item in SECTIONS:
                if item.part == part:
                    _card(item)


def _card(item: Section) -> None:
    with st.container(key=f"card-{item.slug}"):
        st.html(f'<p class="pf-card-number">{item.number}</p>')
        page_link(item.slug, label=item.title)
        slides = f"{len(item.slides)} slides" if len(item.slides) > 1 else "1 slide"
        marks = [slides]
        if item.claims:
            marks.append(f"{len(item.claims)} claims" if len(item.claims) > 1 else "1 claim")
        lab = '<span class="pf-lab">Lab</span>' if item.slug in labs() else ""
        st.html(
            f'<p class="pf-card-text">{escape(item.summary)}</p>'
            f'<p class="pf-card-marks">{lab}{" · ".join(marks)}</p>'
        )
