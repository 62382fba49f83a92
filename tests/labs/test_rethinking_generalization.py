"""The experiment of section 5 answers at once, with the figures of the record."""

from __future__ import annotations

import json

from pyfrontiers.generalization.fitting import EPOCHS
from pyfrontiers.generalization.recorded_fits import (
    LEVELS,
    SEEDS,
    WIDTHS,
    recorded_fits,
)
from streamlit_app.labs.rethinking_generalization.reading import run_as_json


def test_every_level_of_the_slider_shows_its_record(visit, text):
    app = visit("rethinking-generalization")
    assert not app.exception
    assert "69.0" in text(app)
    for level in (0, 100):
        app.slider(key="gen-share-labels").set_value(level).run()
        assert not app.exception
        assert "Recorded:" in text(app)
    app.slider(key=f"gen-epoch-{EPOCHS}").set_value(30).run()
    assert not app.exception


def test_other_conditions_and_settings_draw_or_say_what_to_press(visit, text):
    app = visit("rethinking-generalization")
    for slug in ("shuffled", "random", "gaussian"):
        app.selectbox(key="gen-condition").set_value(slug).run()
        assert not app.exception
        assert "Recorded:" in text(app)
    app.number_input(key="gen-seed").set_value(77).run()
    assert not app.exception
    assert "press Train it here" in text(app)


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
