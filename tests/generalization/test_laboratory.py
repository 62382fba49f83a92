"""The pages of sections 2, 4 and 5 answer at once, with the figures of the record."""

from __future__ import annotations

import json
from html import escape
from itertools import pairwise

import pytest
import torch

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

from pyfrontiers.digits.exhibits import base_digits
from pyfrontiers.generalization.fitting import EPOCHS
from pyfrontiers.lecture.chronicle import EVENTS
from streamlit_app.labs.directions.laboratory import drawn
from streamlit_app.labs.directions.pad import _asked
from streamlit_app.labs.generalization.reading import run_as_json
from streamlit_app.labs.generalization.recording import LEVELS, SEEDS, WIDTHS, recorded_fits
from streamlit_app.labs.history.timeline import timeline_spec, timeline_table


def page_text(app):
    return "".join(element.proto.body for element in app.get("html"))


def random_labels():
    from streamlit_app.labs.generalization import experiment

    experiment()


def test_every_level_of_the_slider_shows_its_record():
    app = AppTest.from_function(random_labels, default_timeout=60).run()
    assert not app.exception
    assert "69.0" in page_text(app)
    for level in (0, 100):
        app.slider(key="gen-share-labels").set_value(level).run()
        assert not app.exception
        assert "Recorded:" in page_text(app)
    app.slider(key=f"gen-epoch-{EPOCHS}").set_value(30).run()
    assert not app.exception


def test_other_conditions_and_settings_draw_or_say_what_to_press():
    app = AppTest.from_function(random_labels, default_timeout=60).run()
    for slug in ("shuffled", "random", "gaussian"):
        app.selectbox(key="gen-condition").set_value(slug).run()
        assert not app.exception
        assert "Recorded:" in page_text(app)
    app.number_input(key="gen-seed").set_value(77).run()
    assert not app.exception
    assert "press Train it here" in page_text(app)


def test_the_record_holds_what_the_page_draws():
    fits, _ = recorded_fits()
    of_labels = {(f.share, f.seed) for f in fits if f.condition == "labels" and f.width == 32}
    assert of_labels == {(level / 100, seed) for level in LEVELS for seed in SEEDS}
    assert {f.width for f in fits} == set(WIDTHS)
    assert all(len(f.curves.train) == EPOCHS + 1 for f in fits)
    # What the figure says: known by heart at every level, and the test falls.
    main = [f for f in fits if f.condition == "labels" and f.width == 32 and f.seed == 0]
    assert all(f.train_accuracy == 1 for f in main)
    tests = [f.test_accuracy for f in sorted(main, key=lambda f: f.share)]
    assert tests == sorted(tests, reverse=True)


def test_the_download_is_json_with_every_curve():
    fit = recorded_fits()[0][0]
    stored = json.loads(run_as_json(fit))
    assert stored["curves"]["test"] == list(fit.curves.test)
    assert stored["curves"]["redrawn"] == [None] * (EPOCHS + 1)


def history():
    from streamlit_app.labs.history import experiment

    experiment()


def test_every_event_can_be_read():
    app = AppTest.from_function(history, default_timeout=60).run()
    assert not app.exception
    for event in (EVENTS[0], EVENTS[-1]):
        app.select_slider(key="history-event").set_value(EVENTS.index(event)).run()
        assert not app.exception
        assert escape(event.title) in page_text(app)
    assert all(escape(event.title) in page_text(app) for event in EVENTS)


def test_the_timelines_events_of_one_lane_do_not_touch():
    table = timeline_table(3)
    assert table["chosen"].tolist().index(True) == 3
    assert timeline_spec("light")["layer"]
    for _, lane in table.groupby("kind"):
        for _, place in lane.groupby("row"):
            spans = sorted(zip(place["start"], place["end"], strict=True))
            assert all(end < start for (_, end), (start, _) in pairwise(spans))


def directions():
    from streamlit_app.labs.directions import experiment

    experiment()


def test_both_directions_draw():
    app = AppTest.from_function(directions, default_timeout=60).run()
    assert not app.exception
    assert "It says <b>0</b>" in page_text(app)
    app.slider(key="flow-guidance").set_value(0.0).run()
    app.button(key="flow-again").click().run()
    assert not app.exception


def test_what_the_browser_sends_is_read_or_counts_as_nothing():
    first = next(iter(base_digits().values()))[2]
    for nothing in (None, 3, {}, {"strokes": 5}, {"chosen": 99}, {"chosen": "x"}, {"strokes": []}):
        assert torch.equal(_asked(nothing)[0], first)
    assert not _asked({"strokes": [[[7, 7]]]})[0].any()
    image, what = _asked({"strokes": [[[0.5, 0.2], [0.5, 0.8]]]})
    assert what == "drawn"
    assert image.any()


def test_drawn_digits_come_with_their_way_and_what_they_are_read_as():
    shown = drawn(8, 0, 1.5)
    assert shown["frames"] == 21
    assert len(shown["said"]) == len(shown["right"]) == 12
    assert sum(shown["right"]) >= 11
