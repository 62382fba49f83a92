"""The experiment of section 3: every target, construction and width, and the record."""

from __future__ import annotations

import pytest

from pyfrontiers.approximation import OPTIMISERS, TARGETS, sine, typed
from streamlit_app.labs.universal_approximation.building import built
from streamlit_app.labs.universal_approximation.memorising import memorised
from streamlit_app.labs.universal_approximation.trying import recorded_comparison

SLUG = "universal-approximation"


@pytest.fixture
def app(visit):
    return visit(SLUG)


def test_every_target_construction_and_width_is_drawn(app, text):
    for name in (*TARGETS, "drawn", "typed"):
        app.radio(key="ua-target").set_value(name).run()
        assert not app.exception, name
        assert "Largest error" in text(app)
    for count in (2, 128):
        app.select_slider(key="ua-count").set_value(count).run()
        assert not app.exception
    app.slider(key="ua-weight").set_value(0)
    app.slider(key="ua-ends").set_value((0.3, 0.3))
    app.select_slider(key="ua-digits").set_value(1000).run()
    assert not app.exception
    assert "1,000 random labels, fitted exactly" in text(app)


@pytest.mark.parametrize(
    "settings",
    [{"ua_target": "Sine", "ua_frequency": "3"}, {"ua_optimiser": "Plain SGD"}],
    ids=["function", "optimiser"],
)
def test_function_width_and_optimiser_are_part_of_the_address(visit, text, settings):
    page = visit(SLUG, ua_count="64", **settings)
    assert not page.exception
    assert "Recorded: claim C3" in text(page)
    assert "N = 64" in text(page)


@pytest.mark.parametrize(
    ("typed_text", "sentence"),
    [
        ("1/x", "is not finite at x = 0"),
        ("x.real", "is not allowed"),
        ("sum(sum(sum(x*j*k*l, j, 1, 999), k, 1, 999), l, 1, 999)", "to compute; use fewer terms"),
    ],
)
def test_invalid_function_shows_an_error_and_the_page_keeps_working(
    app, text, typed_text, sentence
):
    app.radio(key="ua-target").set_value("typed").run()
    app.text_input(key="ua-formula").set_value(typed_text).run()
    assert not app.exception
    assert sentence in text(app)
    assert "Largest error" not in text(app)
    app.text_input(key="ua-formula").set_value("x^2").run()
    assert sentence not in text(app)
    assert "Largest error" in text(app)


def test_typed_function_has_a_button_but_no_record(visit, text):
    page = visit(SLUG, ua_target="Type one", ua_formula="x^2")
    assert "Press <strong>Train 20 networks</strong>" in text(page)


def test_record_is_shown_with_its_provenance(app, text):
    assert "Recorded: claim C3" in text(app)
    assert "seed 0" in text(app)
    assert "Training does worse" in text(app)
    for optimiser in OPTIMISERS:
        comparison, _ = recorded_comparison(TARGETS["wavy"], 64, optimiser)
        assert comparison.optimiser == optimiser
        assert len(comparison.trained) == 20
        assert comparison.constructed == pytest.approx(built("relu", TARGETS["wavy"], 64), rel=1e-4)
    # A visitor's own function has no record, even with the same formula.
    assert recorded_comparison(typed(TARGETS["wavy"].formula), 64, "adam") is None
    # One frequency is recorded; another one has the same name.
    assert recorded_comparison(TARGETS["sine"], 64, "adam") is not None
    assert recorded_comparison(sine(7), 64, "adam") is None


def test_random_labels_are_fitted_exactly():
    right, weights, residual = memorised(500)
    assert (right, weights) == (500, 2 * 500 + 64)
    assert residual < 1e-6
