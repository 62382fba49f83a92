"""The experiment of section 7: recorded attacks, an attack that runs, a visitor's own picture."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

import streamlit_app.kit.job as jobs
from pyfrontiers.vision import CLASS_NAMES, PHOTOGRAPHS, classifier
from pyfrontiers.vision.recorded_attacks import original_pixels, recorded_attack
from streamlit_app.labs.adversarial_examples import choosing
from streamlit_app.labs.adversarial_examples.charts import share_text
from streamlit_app.labs.adversarial_examples.pictures import png

BUTTON = "run-ae-attack"


class JobHere:
    """A job that is finished immediately."""

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

    def submit(function, /, *, label, durable, **parameters):
        assert not durable  # a visitor's own picture must not be written to disk
        made.append(JobHere(function, parameters))
        return made[-1]

    monkeypatch.setattr(jobs, "submit", submit)
    return made


@pytest.fixture
def page(visit):
    return lambda **query: visit("adversarial-examples", **query)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_recorded_attack_matches_its_settings(name):
    attack, provenance = recorded_attack(name)
    x = torch.from_numpy(attack.saved.copy()).permute(2, 0, 1)[None] / 255
    now = classifier().probabilities(x)[0].numpy()
    np.testing.assert_allclose(now, attack.saved_after, atol=2e-3)
    assert CLASS_NAMES[int(now.argmax())] == "ostrich"
    assert np.abs(attack.perturbation).max() == round(attack.saved_linf * 255) == 4
    assert attack.probabilities[-1] == pytest.approx(float(attack.after[attack.target]), abs=1e-4)
    assert provenance.seed == 0
    assert provenance.machine is not None


def test_first_picture_is_shown_from_the_record(page, text, started):
    app = page()
    assert "Now it sees an <strong>ostrich</strong>" in text(app)
    assert "Recorded: 20 steps" in text(app)
    assert not started
    options = app.selectbox(key="ae-target").options
    assert options[0] == "ostrich"
    assert len(options) == 1000


def test_question_is_above_and_finding_below_the_experiment(page, text):
    shown = text(page())
    assert "How small a change makes a network see something else" in shown
    assert "<strong>7 of 7</strong> photographs into ostriches" in shown
    assert "accuracy from 100.0\N{NO-BREAK SPACE}%" in shown


def test_result_is_shown_only_with_its_settings(page, text, started):
    app = page()
    app.slider(key="ae-epsilon").set_value(6).run()
    assert not started
    assert "Press <strong>Attack</strong> to see one" in text(app)
    assert "steps at ε" not in text(app)
    app.slider(key="ae-steps").set_value(3).run()
    app.button(key=BUTTON).click().run()
    assert "Measured here just now: 3 steps at ε = 6/255" in text(app)
    app.slider(key="ae-epsilon").set_value(4).run()
    assert "steps at ε" not in text(app)
    app.slider(key="ae-steps").set_value(20).run()
    assert "Recorded: 20 steps at ε = 4/255" in text(app)
    # The run is still there for the settings that it belongs to.
    app.slider(key="ae-epsilon").set_value(6)
    app.slider(key="ae-steps").set_value(3).run()
    assert "Measured here just now: 3 steps at ε = 6/255" in text(app)
    assert len(started) == 1


def test_another_photograph_shows_its_record_and_is_part_of_the_address(page, text, started):
    app = page()
    app.radio(key="ae-chosen").set_value("coffee").run()
    assert "saw an espresso" in text(app)
    assert "Press <strong>Attack" not in text(app)
    assert app.selectbox(key="ae-photo").value == "coffee"


def test_an_address_names_photograph_class_and_settings(page, text, started):
    app = page(ae_photo="coffee", ae_target="lemon", ae_epsilon="8", ae_steps="6")
    assert app.radio(key="ae-chosen").value == "coffee"
    assert "steps at ε" not in text(app)
    app.button(key=BUTTON).click().run()
    assert not app.exception
    given = started[0].parameters
    assert (CLASS_NAMES[given["target"]], given["steps"]) == ("lemon", 6)
    assert given["epsilon"] == 8 / 255
    assert given["pixels"] == original_pixels("coffee")
    fractions = [what[0] for what in started[0].told]
    assert fractions == [step / 6 for step in range(7)]
    assert "Measured here just now: 6 steps at ε = 8/255" in text(app)


def test_running_attack_shows_only_its_progress(page, text, monkeypatch):
    waiting = SimpleNamespace(
        state="queued",
        done=False,
        ahead=0,
        seconds=0.0,
        label="Temple to lemon",
        cancel=lambda: None,
        progress=SimpleNamespace(message="", fraction=0.0, data=((2.0, 1.0), (0.1, 0.4))),
    )
    monkeypatch.setattr(jobs, "submit", lambda *_, **__: waiting)
    app = page(ae_target="lemon")
    app.button(key=BUTTON).click().run()
    assert not app.exception
    assert app.get("progress")[0].proto.text.startswith("Temple to lemon: ")
    assert "Probability of the target class <b>40.0" in text(app)
    assert "Press <strong>Attack" not in text(app)
    app.slider(key="ae-epsilon").set_value(9).run()
    assert "Press <strong>Attack" in text(app)
    assert not app.get("progress")


def test_verdict_reports_a_target_that_was_not_reached(page, text, started):
    app = page(ae_epsilon="0", ae_steps="1")
    app.button(key=BUTTON).click().run()
    assert "Not reached: the network sees a <strong>palace</strong>" in text(app)


def test_attack_requires_a_picture(page, text, started):
    app = page()
    app.radio(key="ae-chosen").set_value("own").run()
    assert not app.exception
    assert "Choose a picture" in text(app)
    assert not [button for button in app.button if button.key == BUTTON]
    assert "Now it sees" not in text(app)


def test_an_uploaded_picture_is_kept_and_the_address_names_a_packaged_one(
    page, text, started, monkeypatch
):
    stored = io.BytesIO()
    Image.effect_noise((300, 200), 90).save(stored, "PNG")
    upload(monkeypatch, stored.getvalue())
    app = page(ae_photo="cat", ae_steps="2")
    app.radio(key="ae-chosen").set_value("own").run()
    assert "Press <strong>Attack" in text(app)
    app.button(key=BUTTON).click().run()
    assert "Measured here just now: 2 steps" in text(app)
    assert app.selectbox(key="ae-photo").value == "cat"
    # After a visit to another page the uploader is empty; the picture and its attack are kept.
    monkeypatch.setattr(choosing.st, "file_uploader", lambda *_, **__: None)
    app.run()
    assert app.radio(key="ae-chosen").value == "own"
    assert "Measured here just now: 2 steps" in text(app)


def test_invalid_upload_shows_an_error_message(page, text, started, monkeypatch):
    upload(monkeypatch, b"just words, and more of them")
    app = page()
    app.radio(key="ae-chosen").set_value("own").run()
    assert not app.exception
    assert "The file is text, not an image" in text(app)
    assert not [button for button in app.button if button.key == BUTTON]


def upload(monkeypatch, data):
    class File:
        @staticmethod
        def getvalue():
            return data

    monkeypatch.setattr(choosing.st, "file_uploader", lambda *_, **__: File)


def test_a_probability_is_never_rounded_to_certainty_or_impossibility():
    assert share_text(0.99999) == "over 99.9\N{NO-BREAK SPACE}%"
    assert share_text(0.3128) == "31.3\N{NO-BREAK SPACE}%"
    assert share_text(0.0) == share_text(0.0004) == "under 0.1\N{NO-BREAK SPACE}%"


def test_download_is_the_attacked_picture():
    attack = recorded_attack("temple")[0]
    image = Image.open(io.BytesIO(png(attack.saved.tobytes())))
    assert np.array_equal(np.asarray(image), attack.saved)


def test_temple_of_the_slide_is_compared_with_the_network_here(visit, text):
    share = float(recorded_attack("temple")[0].before.max())
    page = visit("adversarial-examples", ae_photo="temple")
    said = f"network here says <strong>palace</strong>, with {100 * share:.0f}\N{NO-BREAK SPACE}%"
    assert said in text(page)
    other = next(name for name in PHOTOGRAPHS if name != "temple")
    assert "network here says" not in text(visit("adversarial-examples", ae_photo=other))
