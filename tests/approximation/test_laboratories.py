"""The laboratories of sections 3 and 6: every control answers, with figures that fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

import streamlit_app
from pyfrontiers.approximation import OPTIMISERS, TARGETS, extrapolate, sine, typed
from streamlit_app.labs.approximation.building import built
from streamlit_app.labs.approximation.remembering import remembered
from streamlit_app.labs.approximation.trying import recorded_contest
from streamlit_app.labs.extrapolation.laboratory import _recorded, _settings

ROUTER = Path(streamlit_app.__file__).with_name("router.py")


def text(app):
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def app():
    def laboratory():
        from streamlit_app.labs.approximation import experiment

        experiment()

    found = AppTest.from_function(laboratory, default_timeout=60).run()
    assert not found.exception
    return found


def test_every_target_construction_and_width_draws(app):
    for name in (*TARGETS, "drawn", "typed"):
        app.radio(key="approximation-target").set_value(name).run()
        assert not app.exception, name
        assert "Largest error" in text(app)
    for count in (2, 128):
        app.select_slider(key="approximation-count").set_value(count).run()
        assert not app.exception
    app.slider(key="approximation-weight").set_value(0)
    app.slider(key="approximation-ends").set_value((0.3, 0.3))
    app.select_slider(key="approximation-digits").set_value(1000).run()
    assert not app.exception
    assert "all 1,000 thrown labels exactly right" in text(app)


@pytest.mark.parametrize(
    ("typed_text", "sentence"),
    [
        ("1/x", "is not finite at x = 0"),
        ("x.real", "is not allowed"),
        ("sum(sum(sum(x*j*k*l, j, 1, 999), k, 1, 999), l, 1, 999)", "takes too long to compute"),
    ],
)
def test_a_bad_function_is_told_and_the_page_stays_up(app, typed_text, sentence):
    app.radio(key="approximation-target").set_value("typed").run()
    app.text_input(key="approximation-typed").set_value(typed_text).run()
    assert not app.exception
    assert sentence in text(app)
    assert "Largest error" not in text(app)
    app.text_input(key="approximation-typed").set_value("x^2").run()
    assert sentence not in text(app)
    assert "Largest error" in text(app)


def test_the_record_stands_there_at_once_with_its_circumstances(app):
    assert "Recorded: claim C3, seed 0" in text(app)
    assert "Training errs more" in text(app)
    for optimiser in OPTIMISERS:
        contest, _ = recorded_contest(TARGETS["wavy"], 64, optimiser)
        assert contest.optimiser == optimiser
        assert len(contest.trained) == 20
        assert contest.constructed == pytest.approx(built("relu", TARGETS["wavy"], 64), rel=1e-4)
    # A visitor's own function is nobody's record, even with the same formula.
    assert recorded_contest(typed(TARGETS["wavy"].formula), 64, "adam") is None
    # One frequency is on record; another one has the same name.
    assert recorded_contest(TARGETS["sine"], 64, "adam") is not None
    assert recorded_contest(sine(7), 64, "adam") is None


def test_all_digits_keep_their_thrown_labels():
    right, weights, residual = remembered(500)
    assert (right, weights) == (500, 2 * 500 + 64)
    assert residual < 1e-6


def test_the_record_of_the_fits_is_a_run_of_those_settings():
    record = _recorded((0.0, 1.0, "tanh", True))
    anew = extrapolate(0.0, 1.0, activation="tanh", varying=True)
    assert record.seen == anew.seen
    # Sums may run in another order on another processor, and a thousand steps magnify it.
    assert np.median(record.error_inside) == pytest.approx(np.median(anew.error_inside), rel=0.5)
    for activation in ("tanh", "relu", "sine"):
        for varying in (True, False):
            assert _recorded((0.0, 1.0, activation, varying)) is not None


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (2.0, 2.0), (-1.0, -1.0), (0.3, 0.35)])
def test_a_range_is_never_too_short(low, high):
    wider = _settings(low, high, None, None)
    assert -1 <= wider[0] <= wider[1] - 0.1 + 1e-9 <= 2
    assert extrapolate(*wider[:2], seeds=1, steps=2).seen > 5


def test_the_page_of_the_fits_draws_with_every_kind(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    page = AppTest.from_file(ROUTER, default_timeout=60).run()
    page.switch_page("sections/06_function_approximators.py").run()
    assert not page.exception
    assert "Recorded: 309 observations" in text(page)
    for activation in ("relu", "sine"):
        page.session_state["extrapolation-activation"] = activation
        assert not page.run().exception
        assert "Recorded: 309 observations" in text(page)
