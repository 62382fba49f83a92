"""The first page: an introduction, and the sections as cards grouped by part."""

from __future__ import annotations

from functools import cache
from html import escape

import streamlit as st

from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture import PARTS, SECTIONS, Section
from pyfrontiers.lecture.course import COURSE
from streamlit_app.kit.link import page_anchor
from streamlit_app.labs import labs
from streamlit_app.views.section.turning import LAST

__all__ = ["contents"]


def contents() -> None:
    """Draw the table of contents."""
    if "missing" in st.query_params:
        st.html(
            '<p class="pf-note" role="status">There is no page at that address. '
            "All pages are listed here.</p>"
        )
    st.html(_page())


@cache
def _page() -> str:
    """Return the page as a single element, because each element costs a message per visitor."""
    head = (
        '<div class="pf-hero"><p class="pf-kicker">An interactive lecture</p>'
        "<h1>The limits and new frontiers of deep learning</h1>"
        f"<p>{len(SECTIONS)} sections and {LAST} slides: where neural networks fail, how they can "
        "express uncertainty, and how they learn to learn. Of the lecture's "
        f"{len(CLAIMS.sections)} claims, {len(tuple(CLAIMS))} are measured here, on your machine; "
        "every published figure cites its source.</p></div>"
    )
    begin = (
        page_anchor(SECTIONS[0].slug, "Begin with the first slide"),
        '<a href="./present" target="_blank">Present the lecture</a>',
        page_anchor("adversarial-examples", "Turn a temple into an ostrich"),
        page_anchor("search", "Search slides and transcript"),
        page_anchor("kernels", "How fast the kernels are"),
    )
    parts = "".join(_part(part) for part in PARTS)
    return f'{head}<p class="pf-begin">{"".join(begin)}</p>{parts}{_course()}'


def _course() -> str:
    return (
        f'<footer class="pf-course">After “{escape(COURSE.lecture)}”, a lecture of the course '
        f"{escape(COURSE.name)}, {COURSE.year}. The text and the figures here are our own.</footer>"
    )


def _part(part: str) -> str:
    cards = "".join(_card(item) for item in SECTIONS if item.part == part)
    return f'<h2 class="pf-heading">{escape(part)}</h2><ul class="pf-cards">{cards}</ul>'


def _card(item: Section) -> str:
    slides = f"{len(item.slides)} slides" if len(item.slides) > 1 else "1 slide"
    marks = [slides]
    if item.claims:
        marks.append(f"{len(item.claims)} claims" if len(item.claims) > 1 else "1 claim")
    lab = '<span class="pf-lab">Lab</span>' if item.slug in labs() else ""
    return (
        f'<li class="pf-card"><p class="pf-card-number">{item.number}</p>'
        f'<p class="pf-card-title">{page_anchor(item.slug, item.title)}</p>'
        f'<p class="pf-card-text">{escape(item.summary)}</p>'
        f'<p class="pf-card-marks">{lab}{" · ".join(marks)}</p></li>'
    )
