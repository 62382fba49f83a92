"""Booms and winters on a timeline, with a description of the selected event."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pyfrontiers.lecture.chronicle import EVENTS, KINDS, Event
from streamlit_app import kit
from streamlit_app.labs.hype_and_winters.timeline import COLOURS, timeline_chart, timeline_table

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Reference

controls = kit.Controls("hype-and-winters")

_FIRST = next(place for place, event in enumerate(EVENTS) if event.kind == "winter")


def draw() -> None:
    """Draw the timeline."""
    chart = st.container()
    # The slider's arrow keys move through the years; screen readers announce the events.
    names = {place: f"{event.year} {event.title}" for place, event in enumerate(EVENTS)}
    chosen = controls.choice(
        "event", "Event; move with the arrow keys", names, _FIRST, shape="slider"
    )
    event = EVENTS[chosen]
    with chart:
        kit.figure(
            "timeline",
            timeline_chart,
            data=timeline_table(chosen),
            label="Claims, results, criticism, funding and winters; marked: "
            f"{_when(event)}, {event.title}",
            table=_events(),
        )
    st.html(
        f'<div class="pf-event" role="status"><p class="pf-event-when">{_when(event)} '
        f"<b>{escape(KINDS[event.kind])}</b></p><h3>{escape(event.title)}</h3>"
        f'<p>{escape(event.text)}</p><p class="pf-event-source">{_source(event.source)}</p></div>'
        f"<style>.pf-event {{ --kind: var(--pf-{COLOURS[KINDS[event.kind]]}); }}</style>"
    )


def prepare() -> None:
    """Make the chart's specification."""
    kit.prepare_figure("timeline", timeline_chart)


def _events() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "When": _when(event),
                "Kind": KINDS[event.kind],
                "Event": event.title,
                "What": event.text,
                "Source": " ".join(filter(None, (event.source.text, event.source.url))),
            }
            for event in EVENTS
        ]
    )


def _when(event: Event) -> str:
    return f"{event.year} to {event.end}" if event.end else str(event.year)


def _source(source: Reference) -> str:
    text = escape(source.text)
    return f'<a href="{escape(source.url)}" target="_blank">{text}</a>' if source.url else text


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(timeline_chart, timeline_table),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "What left first in each winter?",
        (
            "the researchers",
            "the money",
            "the ideas",
        ),
        right=1,
    ),
    question="What happened each time the field promised more than it could deliver?",
    found="Each winter followed promises that results did not keep. Funding left first, and the "
    "methods that later worked were developed by those who stayed.",
)
