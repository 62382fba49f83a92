"""The experiment of section 5: recorded runs, live runs and the download."""

from __future__ import annotations

import json

import pytest

from pyfrontiers.generalization.fitting import EPOCHS
from pyfrontiers.generalization.network import WIDTH
from pyfrontiers.generalization.recorded_fits import (
    LEVELS,
    SEEDS,
    WIDTHS,
    recorded_fits,
)
from streamlit_app.labs.rethinking_generalization.lab import recorded_fit
from streamlit_app.labs.rethinking_generalization.reading import run_as_json


def test_page_opens_with_the_record_for_half_the_labels(visit, text):
    page = visit("rethinking-generalization")
    assert not page.exception
    fit = recorded_fit(("labels", 0.5, WIDTH, 0))
    assert fit is not None
    assert f"<strong>{100 * fit.test_accuracy:.1f}" in text(page)
    assert "Recorded:" in text(page)


@pytest.mark.parametrize("level", [0, 10, 100])
def test_share_is_part_of_the_address(visit, text, level):
    page = visit("rethinking-generalization", rg_share=str(level), rg_epoch="30")
    assert not page.exception
    assert "Recorded:" in text(page)
    assert page.slider(key="rg-epoch").value == 30
    page.slider(key="rg-epoch").set_value(0).run()
    assert not page.exception


@pytest.mark.parametrize("title", ["Shuffled pixels", "Random pixels", "Gaussian noise"])
def test_every_condition_has_a_record(visit, text, title):
    page = visit("rethinking-generalization", rg_condition=title)
    assert not page.exception
    assert "Recorded:" in text(page)


def test_settings_without_a_record_point_to_the_button(visit, text):
    page = visit("rethinking-generalization", rg_seed="77")
    assert not page.exception
    assert "Press <strong>Train it here</strong>" in text(page)
    assert "Recorded:" not in text(page)


def test_button_trains_with_the_current_settings(visit, monkeypatch):
    asked = []

    class Job:
        state, done, error = "done", True, ""

        def result(self):
            return recorded_fits()[0][0]

    def submit(function, /, *, label, **parameters):
        asked.append(parameters)
        return Job()

    monkeypatch.setattr("streamlit_app.kit.job.submit", submit)
    page = visit("rethinking-generalization", rg_share="30", rg_seed="7", rg_width="8")
    page.button(key="run-rg-fit").click().run()
    assert not page.exception
    (settings,) = asked
    assert settings.pop("durable", False) is False
    wanted = {"condition": "labels", "share": 0.3, "width": 8, "epochs": EPOCHS, "seed": 7}
    assert settings == wanted


def test_record_contains_the_curves_on_the_page():
    fits, _ = recorded_fits()
    of_labels = {(f.share, f.seed) for f in fits if f.condition == "labels" and f.width == 32}
    assert of_labels == {(level / 100, seed) for level in LEVELS for seed in SEEDS}
    assert {f.width for f in fits} == set(WIDTHS)
    assert all(len(f.curves.train) == EPOCHS + 1 for f in fits)
    # The section's message: every share of labels is fitted while test accuracy falls.
    main = [f for f in fits if f.condition == "labels" and f.width == 32 and f.seed == 0]
    assert all(f.train_accuracy == 1 for f in main)
    tests = [f.test_accuracy for f in sorted(main, key=lambda f: f.share)]
    assert tests == sorted(tests, reverse=True)


def test_download_is_json_with_every_curve():
    fit = recorded_fits()[0][0]
    stored = json.loads(run_as_json(fit))
    assert stored["curves"]["test"] == list(fit.curves.test)
    assert stored["curves"]["redrawn"] == [None] * (EPOCHS + 1)
