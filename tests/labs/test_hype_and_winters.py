"""The experiment of section 4: a timeline with a description of every event."""

from __future__ import annotations

from html import escape
from itertools import pairwise

import pytest

from pyfrontiers.lecture.chronicle import EVENTS
from streamlit_app.labs.hype_and_winters.timeline import timeline_table


@pytest.mark.parametrize("event", [EVENTS[0], EVENTS[-1]], ids=lambda event: str(event.year))
def test_event_is_part_of_the_address(visit, text, event):
    page = visit("hype-and-winters", haw_event=f"{event.year} {event.title}")
    assert not page.exception
    assert f"<h3>{escape(event.title)}</h3>" in text(page)


def test_slider_selects_an_event(visit, text):
    page = visit("hype-and-winters")
    page.select_slider(key="haw-event").set_value(1).run()
    assert not page.exception
    assert f"<h3>{escape(EVENTS[1].title)}</h3>" in text(page)


def test_events_in_a_lane_do_not_overlap():
    table = timeline_table(3)
    assert table["chosen"].tolist().index(True) == 3
    for _, lane in table.groupby("kind"):
        for _, place in lane.groupby("row"):
            spans = sorted(zip(place["start"], place["end"], strict=True))
            assert all(end < start for (_, end), (start, _) in pairwise(spans))
