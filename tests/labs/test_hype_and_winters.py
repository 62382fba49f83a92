"""The experiment of section 4: a timeline of which every event can be read."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from pyfrontiers.lecture.chronicle import EVENTS
from streamlit_app.labs.hype_and_winters.timeline import timeline_spec, timeline_table


def test_every_event_can_be_read(visit, text):
    app = visit("hype-and-winters")
    for event in (EVENTS[0], EVENTS[-1]):
        app.select_slider(key="history-event").set_value(EVENTS.index(event)).run()
        assert not app.exception
        assert escape(event.title) in text(app)
    assert all(escape(event.title) in text(app) for event in EVENTS)


def test_the_timelines_events_of_one_lane_do_not_touch():
    table = timeline_table(3)
    assert table["chosen"].tolist().index(True) == 3
    assert timeline_spec("light")["layer"]
    for _, lane in table.groupby("kind"):
        for _, place in lane.groupby("row"):
            spans = sorted(zip(place["start"], place["end"], strict=True))
            assert all(end < start for (_, end), (start, _) in pairwise(spans))
