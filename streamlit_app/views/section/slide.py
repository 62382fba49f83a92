"""The slide: one message on a 16:9 card, and the controls that turn it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.kit.lab import points_of
from streamlit_app.kit.link import page_link
from streamlit_app.kit.text import unbroken
from streamlit_app.views.section.figure import show_figure
from streamlit_app.views.section.turning import LAST, Place, slide_number

if TYPE_CHECKING:
    from pyfrontiers.lecture import Section, Slide

__all__ = ["slide_view"]


@st.fragment
def slide_view(item: Section) -> None:
    """Draw the slide named by the address; turning it reruns only this fragment.

    Args:
        item: The section whose slides are shown.
    """
    place = Place(item.slug, slide_number(item, st.query_params.get("slide")))
    _card(item, place)
    _controls(place, item.slides[place.slide - 1])


def _card(item: Section, place: Place) -> None:
    slide = item.slides[place.slide - 1]
    with st.container(key="slide-frame"), st.container(key="slide"):
        st.html(_head(item, slide))
        with st.container(key="slide-body"):
            if slide.figure:
                text, picture = st.columns(2, gap="large", vertical_alignment="center")
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
        f'<h2 class="pf-message">{escape(unbroken(slide.message))}</h2></header>'
    )


def _points(slide: Slide) -> None:
    st.markdown("\n".join(f"- {unbroken(point)}" for point in points_of(slide)))
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


def _controls(place: Place, slide: Slide) -> None:
    with st.container(key="turning", horizontal=True, vertical_alignment="center"):
        _control("turn-back", "← {}", "Previous", place, place.previous)
        _control("turn-on", "{} →", "Next", place, place.next)
        # Drawn last, so that the controls are up to date once the number has changed.
        st.html(
            f'<p class="pf-where" data-number="{place.number}">Slide {place.number} of {LAST}'
            '<span class="pf-hint">arrow keys turn the slides</span>'
            f'<a class="pf-present" href="./present#{slide.slug}" target="_blank">Present</a></p>'
        )


def _control(key: str, shape: str, word: str, place: Place, to: Place | None) -> None:
    with st.container(key=key, width="content"):
        if to is None or to.slug == place.slug:
            st.button(
                shape.format(word),
                key=f"{key}-button",
                disabled=to is None,
                on_click=_turn,
                args=(to,),
            )
        else:
            label = shape.format(f"{to.section.number} {to.section.title}")
            page_link(to.slug, label=label, query={"slide": str(to.slide)})


def _turn(to: Place) -> None:
    """Show another slide of the section; a callback, so it runs before the fragment draws."""
    st.query_params["slide"] = str(to.slide)
