"""The slide: one message on a calm 16:9 card, with what turns it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.pages import page_of
from streamlit_app.shell.figure import show_figure
from streamlit_app.shell.keys import arrow_keys
from streamlit_app.shell.turning import LAST, Place, place_at, slide_number

if TYPE_CHECKING:
    from pyfrontiers.lecture import Section, Slide

__all__ = ["slide_view"]

_GO = "slide-in-another-section"


@st.fragment
def slide_view(item: Section) -> None:
    """Draw the slide that the address names, and turn to others without running the whole page.

    Args:
        item: The section whose slides are shown.
    """
    elsewhere: Place | None = st.session_state.pop(_GO, None)
    if elsewhere is not None:
        st.switch_page(page_of(elsewhere.slug), query_params={"slide": str(elsewhere.slide)})
    place = Place(item.slug, slide_number(item, st.query_params.get("slide")))
    _card(item, place)
    _controls(place)
    arrow_keys(place.number, LAST, lambda number: _turn(item.slug, place_at(number)))


def _turn(slug: str, to: Place) -> None:
    """Show another slide; a callback, so it runs before the fragment draws."""
    if to.slug == slug:
        st.query_params["slide"] = str(to.slide)
    else:
        # A callback cannot change the page itself; the fragment does so first of all.
        st.session_state[_GO] = to


def _card(item: Section, place: Place) -> None:
    slide = item.slides[place.slide - 1]
    with st.container(key="slide"):
        st.html(_head(item, slide))
        with st.container(key="slide-body"):
            if slide.figure:
                text, picture = st.columns([5, 6], gap="large", vertical_alignment="center")
                with text:
                    _points(slide)
                with picture, st.container(key="slide-figure"):
                    show_figure(slide.figure)
            else:
                _points(slide)
        st.html(_foot(item, slide, place))


def _head(item: Section, slide: Slide) -> str:
    return (
        '<header class="pf-slide-head" aria-live="polite">'
        f'<p class="pf-kicker"><span>{item.number}</span>{escape(slide.title)}</p>'
        f'<h2 class="pf-message">{escape(slide.message)}</h2></header>'
    )


def _points(slide: Slide) -> None:
    st.markdown("\n".join(f"- {point}" for point in slide.points))
    if slide.equation:
        st.latex(slide.equation)


def _foot(item: Section, slide: Slide, place: Place) -> str:
    sources = "".join(
        f'<li><a href="{escape(source.url)}" target="_blank">{escape(source.text)}</a></li>'
        if source.url
        else f"<li>{escape(source.text)}</li>"
        for source in slide.references
    )
    return (
        f'<footer class="pf-slide-foot"><ul>{sources}</ul>'
        f'<p class="pf-count">{place.slide}<span> of {len(item.slides)}</span></p></footer>'
    )


def _controls(place: Place) -> None:
    with st.container(key="turning", horizontal=True, vertical_alignment="center"):
        _button("turn-back", "←", place, place.previous)
        st.html(
            f'<p class="pf-where">Slide {place.number} of {LAST}'
            '<span class="pf-hint">arrow keys turn the slides</span></p>'
        )
        _button("turn-on", "→", place, place.next)


def _button(key: str, arrow: str, place: Place, to: Place | None) -> None:
    forward = key == "turn-on"
    word = "Next" if forward else "Previous"
    if to is not None and to.slug != place.slug:
        word = f"{to.section.number} {to.section.title}"
    st.button(
        f"{word} {arrow}" if forward else f"{arrow} {word}",
        key=key,
        disabled=to is None,
        on_click=_turn,
        args=(place.slug, to),
    )
