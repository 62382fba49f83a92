"""The timeline as it stands on the page: a chart, a reader for the keyboard, and a table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.lecture.chronicle import EVENTS, KINDS, Event
from streamlit_app.kit import Lab, text_beside, visitor_mode
from streamlit_app.labs.hype_and_winters.timeline import COLOURS, timeline_spec, timeline_table

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Reference

_KEY = "history-event"
_FIRST = next(place for place, event in enumerate(EVENTS) if event.kind == "winter")


def draw() -> None:
    """Draw the timeline."""
    st.fragment(_reader)()
    with st.expander("All events as a table", key="history-table"):
        st.html(_table())


def prepare() -> None:
    """Make the chart's specification in both themes."""
    timeline_spec("light")
    timeline_spec("dark")


def _reader() -> None:
    state = st.session_state
    state.setdefault(_KEY, _FIRST)
    chart = st.container()
    # The slider's arrow keys walk through the years; it has the name of each event to read out.
    chosen: int = st.select_slider(
        "Event; move with the arrow keys",
        range(len(EVENTS)),
        key=_KEY,
        format_func=lambda place: f"{EVENTS[place].year} {EVENTS[place].title}",
    )
    event = EVENTS[chosen]
    with chart:
        st.vega_lite_chart(
            timeline_table(chosen),
            timeline_spec(visitor_mode()),
            theme=None,
            width="stretch",
            key="history-chart",
            alt="Claims, results, doubts, funding and winters from 1954 to 2018; marked: "
            f"{_when(event)}, {event.title}. The same events stand in the table below.",
        )
    st.html(
        f'<div class="pf-event" role="status"><p class="pf-event-when">{_when(event)} '
        f"<b>{escape(KINDS[event.kind])}</b></p><h3>{escape(event.title)}</h3>"
        f'<p>{escape(event.text)}</p><p class="pf-event-source">{_source(event.source)}</p></div>'
        f"<style>.pf-event {{ --kind: var(--pf-{COLOURS[KINDS[event.kind]]}); }}</style>"
    )


def _when(event: Event) -> str:
    return f"{event.year} to {event.end}" if event.end else str(event.year)


def _source(source: Reference) -> str:
    text = escape(source.text)
    return f'<a href="{escape(source.url)}" target="_blank">{text}</a>' if source.url else text


def _table() -> str:
    rows = "".join(
        f'<tr><td>{_when(event)}</td><td>{escape(KINDS[event.kind])}</td><th scope="row">'
        f"{escape(event.title)}</th><td>{escape(event.text)}</td><td>{_source(event.source)}</td></tr>"
        for event in EVENTS
    )
    heads = "".join(
        f'<th scope="col">{name}</th>' for name in ("When", "Kind", "Event", "What", "Source")
    )
    return (
        '<div class="pf-chronicle" tabindex="0" role="region" aria-label="Table of all events">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(timeline_spec, timeline_table),
    css=text_beside(__file__, "lab.css"),
)
