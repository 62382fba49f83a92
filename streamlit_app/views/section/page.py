"""The layout shared by all section pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture import Reference, Section, section
from pyfrontiers.lecture.figures.registry import FIGURES
from streamlit_app.kit import (
    ask_guess,
    code_listing,
    copy_link,
    heading,
    judged_guess,
    page_link,
    rich,
)
from streamlit_app.labs import lab_of
from streamlit_app.views.section.claims import claim_cards
from streamlit_app.views.section.slide import slide_view
from streamlit_app.views.transcript import beside_slide, has_transcript

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from streamlit_app.kit import Lab

__all__ = ["section_page"]


def section_page(slug: str) -> None:
    """Draw a section: slide, experiment, claims, code, references.

    Args:
        slug: The section's slug.

    Raises:
        KeyError: No section has this slug.
    """
    item = section(slug)
    lab = lab_of(slug)
    # The deck shows the experiment alone, over a slide; `only` is also read by theme/document.js.
    if lab is not None and st.query_params.get("only") == "experiment":
        _head("Experiment", item.title)
        _experiment(lab, slug)
        return
    _head(item.part, item.title)
    if has_transcript():
        # The transcript takes a third of the width; on a phone it is below the slide.
        slide, said = st.columns([13, 6], gap="medium")
        with slide:
            slide_view(item)
        with said:
            beside_slide(slug)
    else:
        slide_view(item)
    if lab is not None:
        heading("Experiment")
        _experiment(lab, slug)
    if item.claims:
        heading("Claimed and measured" if CLAIMS.keys() & set(item.claims) else "Claimed")
        claim_cards(slug)
    code_listing(*(lab.code if lab else ()), *_figure_functions(item))
    _references(item)
    _take_home(item)


def _head(kicker: str, title: str) -> None:
    st.html(f'<div class="pf-section-head"><p>{escape(kicker)}</p><h1>{escape(title)}</h1></div>')


def _experiment(lab: Lab, slug: str) -> None:
    with st.container(key="experiment"):
        if lab.css:
            st.html(f"<style>{lab.css}</style>")
        # A fragment: moving a control redraws only the experiment.
        st.fragment(_draw)(lab, slug)


def _draw(lab: Lab, slug: str) -> None:
    if lab.question:
        st.html(f'<p class="pf-question">{rich(lab.question)}</p>')
    chosen = ask_guess(lab.guess, slug) if lab.guess else None
    lab.draw()
    found = lab.found() if callable(lab.found) else lab.found
    if lab.guess:
        found = f"{judged_guess(lab.guess, chosen)} {found}".strip()
    if found:
        st.html(f'<p class="pf-found">{rich(found)}</p>')
    with st.container(key="experiment-end", horizontal=True, vertical_alignment="center"):
        copy_link(f"copy-link-{slug}", lab.link)
        for other in map(section, lab.leads_to):
            page_link(other.slug, label=f"{other.number} {other.title} →")


def _figure_functions(item: Section) -> list[Callable[..., Any]]:
    names = dict.fromkeys(slide.figure for slide in item.slides if slide.figure)
    return [FIGURES[name].draw for name in names]


def _references(item: Section) -> None:
    sources = dict.fromkeys(source for slide in item.slides for source in slide.references)
    if not sources:
        return
    heading("References")
    entries = "".join(f"<li>{_entry(source)}</li>" for source in sources)
    st.html(f'<ol class="pf-references">{entries}</ol>')


def _take_home(item: Section) -> None:
    """Offer the section as files, and the lecture on paper."""
    at = f"./present/take/{item.slug}"
    st.html(
        f'<p class="pf-note">Take it home: this section as a <a href="{at}.ipynb">notebook</a> or '
        f'a <a href="{at}.py">script</a>; the lecture as <a href="./present?print=slides" '
        'target="_blank">slides</a> or a <a href="./present?print=handout" target="_blank">'
        "handout</a> to print.</p>"
    )


def _entry(source: Reference) -> str:
    if not source.url:
        return escape(source.text)
    return f'<a href="{escape(source.url)}" target="_blank">{escape(source.text)}</a>'
