"""The chronicle is in order, has a source for each date, and agrees with the slide's figure."""

from __future__ import annotations

from pyfrontiers.lecture import figures
from pyfrontiers.lecture.chronicle import EVENTS, KINDS, WINTERS


def test_events_are_in_order_and_every_kind_occurs():
    years = [event.year for event in EVENTS]
    assert years == sorted(years)
    assert {event.kind for event in EVENTS} == set(KINDS)
    assert len({event.title for event in EVENTS}) == len(EVENTS)


def test_every_event_has_a_text_and_a_source_that_is_not_older():
    for event in EVENTS:
        assert event.text.endswith(".")
        assert event.end is None or event.end > event.year
        published = max(
            int(word.strip(".,;:"))
            for word in event.source.text.replace("-", " ").split()
            if word.strip(".,;:").isdigit() and len(word.strip(".,;:")) == 4
        )
        assert published >= event.year, event.title


def test_slide_figure_and_chronicle_give_the_same_years():
    spec = figures.draw("hype-timeline").to_dict()
    tables = [part.get("data", spec.get("data", {})).get("values", []) for part in spec["layer"]]
    drawn = {row["event"]: row["year"] for rows in tables for row in rows if "year" in row}
    known = {event.title: event.year for event in EVENTS}
    assert drawn
    assert {title: known.get(title) for title in drawn} == drawn
    bands = {(row["start"], row["end"]) for rows in tables for row in rows if "start" in row}
    assert bands == {(winter.year, winter.end) for winter in WINTERS}
