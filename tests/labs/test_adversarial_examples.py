"""The page's laboratory: recorded attacks, the first picture, an attack that runs, bad uploads."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

import streamlit_app.kit.job as jobs
from pyfrontiers.vision import CLASS_NAMES, PHOTOGRAPHS, classifier
from pyfrontiers.vision.recorded_attacks import recorded_attack
from streamlit_app.labs.adversarial_examples import choosing
from streamlit_app.labs.adversarial_examples.pictures import percent, png


class JobHere:
    """A job that is done as soon as it is asked for."""

    state, done = "done", True

    def __init__(self, function, parameters):
        self.parameters = parameters
        self.told = []
        self._result = function(**parameters, report=lambda *what: self.told.append(what))

    def result(self):
        return self._result


@pytest.fixture
def started(monkeypatch):
    made = []

    def submit(function, /, *, label, **parameters):
        made.append(JobHere(function, parameters))
        return made[-1]

    monkeypatch.setattr(jobs, "submit", submit)
    return made


@pytest.fixture
def page(visit):
    return lambda: visit("adversarial-examples")


def text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_recorded_attack_holds_what_it_says(name):
    attack, provenance = recorded_attack(name)
    x = torch.from_numpy(attack.saved.copy()).permute(2, 0, 1)[None] / 255
    now = classifier().probabilities(x)[0].numpy()
    np.testing.assert_allclose(now, attack.saved_after, atol=2e-3)
    assert CLASS_NAMES[int(now.argmax())] == "ostrich"
    assert np.abs(attack.perturbation).max() == round(attack.saved_linf * 255) == 4
    assert attack.probabilities[-1] == pytest.approx(float(attack.after[attack.target]), abs=1e-4)
    assert provenance.seed == 0
    assert provenance.machine is not None


def test_the_first_picture_needs_no_run(page, started):
    app = page()
    assert "Now it sees an <strong>ostrich</strong>" in text(app)
    assert "Recorded: 20 steps" in text(app)
    assert not started
    assert app.selectbox[0].options[0] == "ostrich"
    assert len(app.selectbox[0].options) == 1000


def test_moving_a_slider_runs_nothing_and_says_what_is_shown(page, started):
    app = page()
    app.slider(key="attack-epsilon").set_value(6).run()
    assert not started
    assert "The settings have changed; press Attack" in text(app)
    assert "<em>palace</em>" in text(app)


def test_another_photograph_shows_its_own_record(page, started):
    app = page()
    app.radio(key="attack-photo").set_value("coffee").run()
    assert "saw an <em>espresso</em>" in text(app)
    assert "settings have changed" not in text(app)


def test_the_button_attacks_with_the_settings_of_the_page(page, started):
    app = page()
    app.selectbox(key="attack-target").set_value("lemon")
    app.slider(key="attack-epsilon").set_value(8)
    app.slider(key="attack-steps").set_value(6).run()
    app.button(key="attack-run").click().run()
    assert not app.exception
    given = started[0].parameters
    assert (CLASS_NAMES[given["target"]], given["steps"]) == ("lemon", 6)
    assert given["epsilon"] == 8 / 255
    fractions = [what[0] for what in started[0].told]
    assert fractions == [step / 6 for step in range(7)]
    assert "Measured here just now: 6 steps at ε = 8/255" in text(app)
    assert "settings have changed" not in text(app)
    # Another photograph is not explained with this one's attack.
    app.radio(key="attack-photo").set_value("cat").run()
    assert "Recorded:" in text(app)


def test_nothing_asks_for_the_attack_that_is_under_way(page, monkeypatch):
    waiting = SimpleNamespace(
        state="queued",
        done=False,
        ahead=0,
        seconds=0.0,
        label="Temple to lemon",
        cancel=lambda: None,
        progress=SimpleNamespace(message="", fraction=0.0, data=None),
    )
    monkeypatch.setattr(jobs, "submit", lambda *_, **__: waiting)
    app = page()
    app.selectbox(key="attack-target").set_value("lemon").run()
    assert "settings have changed" in text(app)
    app.button(key="attack-run").click().run()
    assert not app.exception
    assert "Temple to lemon" in text(app)
    assert "settings have changed" not in text(app)
    app.selectbox(key="attack-target").set_value("ostrich").run()
    app.slider(key="attack-epsilon").set_value(9).run()
    assert "settings have changed" in text(app)


def test_an_attack_that_fails_says_so(page, started):
    app = page()
    app.slider(key="attack-epsilon").set_value(0)
    app.slider(key="attack-steps").set_value(1).run()
    app.button(key="attack-run").click().run()
    assert "Not reached: the network sees a <strong>palace</strong>" in text(app)


def test_ones_own_picture_is_wanted_before_anything_is_drawn(page, started):
    app = page()
    app.radio(key="attack-photo").set_value("Your own").run()
    assert not app.exception
    assert app.button(key="attack-run").disabled
    assert "Now it sees" not in text(app)


def test_ones_own_picture_can_be_attacked(page, started, monkeypatch):
    stored = io.BytesIO()
    Image.effect_noise((300, 200), 90).save(stored, "PNG")
    upload(monkeypatch, stored.getvalue())
    app = page()
    app.radio(key="attack-photo").set_value("Your own").run()
    assert "Press Attack to see what becomes of it" in text(app)
    app.slider(key="attack-steps").set_value(2).run()
    app.button(key="attack-run").click().run()
    assert "Measured here just now: 2 steps" in text(app)


def test_a_file_that_is_no_picture_gets_a_sentence(page, started, monkeypatch):
    upload(monkeypatch, b"just words, and more of them")
    app = page()
    app.radio(key="attack-photo").set_value("Your own").run()
    assert not app.exception
    assert "The file is text, not an image" in text(app)
    assert app.button(key="attack-run").disabled


def upload(monkeypatch, data):
    class File:
        @staticmethod
        def getvalue():
            return data

    monkeypatch.setattr(choosing.st, "file_uploader", lambda *_, **__: File)


def test_a_probability_is_never_rounded_to_certainty_or_impossibility():
    assert percent(0.99999) == "over 99.9 %"
    assert percent(0.3128) == "31.3 %"
    assert percent(0.0) == percent(0.0004) == "under 0.1 %"


def test_the_download_is_the_picture_itself():
    attack = recorded_attack("temple")[0]
    image = Image.open(io.BytesIO(png(attack.saved.tobytes())))
    assert np.array_equal(np.asarray(image), attack.saved)
