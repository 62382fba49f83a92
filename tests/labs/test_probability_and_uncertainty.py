"""The experiment of section 10: heads, strangers, a visitor's own pictures, and a lesson."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

import streamlit_app.kit.job as jobs
from pyfrontiers.vision import photograph
from streamlit_app.labs import lab_of
from streamlit_app.labs.probability_and_uncertainty import choosing, lesson
from streamlit_app.labs.probability_and_uncertainty.charts import cloud_rows, standing_rows

SLUG = "probability-and-uncertainty"


class JobHere:
    """A job that is done as soon as it is asked for."""

    state, done = "done", True

    def __init__(self, function, parameters):
        self.parameters = parameters
        self._result = function(**parameters)

    def result(self):
        return self._result


@pytest.fixture
def started(monkeypatch):
    made = []

    def submit(function, /, *, label, durable, **parameters):
        assert not durable  # a visitor's own pictures must not be written to disk
        made.append(JobHere(function, parameters))
        return made[-1]

    monkeypatch.setattr(jobs, "submit", submit)
    return made


@pytest.fixture
def page(visit):
    return lambda **query: visit(SLUG, **query)


def png(image: Image.Image) -> bytes:
    stored = io.BytesIO()
    image.save(stored, "PNG")
    return stored.getvalue()


class File:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def getvalue(self) -> bytes:
        return self.data


def upload(monkeypatch, files: dict[str, object]) -> None:
    def uploader(_label, *, key, accept_multiple_files=False, **_):
        return files.get(key, [] if accept_multiple_files else None)

    for module in (choosing, lesson):
        monkeypatch.setattr(module.st, "file_uploader", uploader)


def test_horse_is_shown_first_and_doubted(page, text):
    shown = text(page())
    assert "does it know that it doesn't know" in shown.replace("&#x27;", "'")
    assert "<strong>dog</strong> with probability <strong>5" in shown
    assert "nats of mutual information" in shown
    assert "never saw this one" in shown
    assert "Probabilities always sum to 1" in shown
    assert "Horses. Photograph: Seth Zeigler, CC0-1.0" in shown


def test_address_names_picture_task_and_method(page, text):
    app = page(pau_photo="kitten", pau_method="ImageNet, restricted")
    assert "It is one network" in text(app)
    assert app.radio(key="pau-chosen").value == "kitten"
    app = page(pau_task="Bird or hoofed animal", pau_photo="owl")
    assert "<strong>bird</strong>" in text(app)
    assert "other crops of this photograph" in text(app)
    # ImageNet has no class for every hoofed animal.
    app = page(pau_task="Bird or hoofed animal", pau_method="ImageNet, restricted")
    assert "nats of mutual information" in text(app)


@pytest.mark.parametrize(
    ("method", "apart"), [("HMC", "0.5"), ("Dropout", "0.0"), ("Ensemble", "0.0")]
)
def test_only_hmc_disagrees_about_a_horse_as_laplace_does(page, text, method, apart):
    shown = text(page(pau_method=method))
    assert f"disagree by <strong>{apart}" in shown
    for measure in ("Maximum probability", "Entropy", "Energy", "Mutual information"):
        assert f"<dt>{measure}</dt>" in shown


def test_choice_of_a_photograph_changes_the_answer_and_the_address(page, text):
    app = page()
    app.radio(key="pau-chosen").set_value("dog").run()
    assert "<strong>dog</strong> with probability <strong>9" in text(app)
    assert app.selectbox(key="pau-photo").value == "dog"


def test_own_picture_is_answered_and_a_bad_one_gets_a_sentence(page, text, monkeypatch):
    app = page()
    app.radio(key="pau-chosen").set_value("own").run()
    assert "Choose a picture to show" in text(app)
    upload(monkeypatch, {"pau-own-upload": File(png(photograph("sheep")))})
    app.run()
    assert "never saw this one" in text(app)
    assert app.selectbox(key="pau-photo").value == "horse"
    upload(monkeypatch, {"pau-own-upload": File(png(Image.new("RGB", (1, 1))))})
    app.run()
    assert not app.exception
    assert "The image has 1 x 1 pixels" in text(app)
    upload(monkeypatch, {"pau-own-upload": File(b"words")})
    app.run()
    assert "not an image" in text(app)


def test_camera_is_asked_for_only_on_request_and_may_be_refused(page, text, monkeypatch):
    app = page()
    app.radio(key="pau-chosen").set_value("own").run()
    asked = []
    monkeypatch.setattr(choosing.st, "camera_input", lambda *_, **__: asked.append(1))
    app.run()
    assert not asked
    app.toggle(key="pau-own-wanted").set_value(True).run()
    assert asked
    assert "allow it next to the page" in text(app)


def test_lesson_needs_two_things(page, text, started, monkeypatch):
    upload(monkeypatch, {"pau-first-files": [File(png(photograph("coffee")))]})
    app = page()
    assert "Add at least one picture of “cat” to begin." in text(app)
    assert not [button for button in app.button if button.key == "run-pau-lesson"]


def test_shipped_dog_and_cats_are_taught_and_a_horse_is_doubted(page, text, started):
    app = page()
    assert "at least one picture of “dog” and one of “cat”" in text(app)
    app.text_input(key="pau-name-second").set_value("shoe").run()
    app.button(key="pau-use-samples").click().run()
    assert not app.exception
    assert app.text_input(key="pau-name-second").value == "cat"
    app.button(key="run-pau-lesson").click().run()
    assert started[0].parameters["labels"] == (0, 1, 1)
    said = text(app).split("Taught in")[1]
    share, apart = re.search(r"(\d+)\s%</strong>.*?disagree by <strong>(0\.\d+)", said).groups()
    assert int(share) < 70
    assert float(apart) > 0.4
    app.button(key="pau-no-samples").click().run()
    assert "to begin" in text(app)


def test_lesson_is_taught_and_a_third_thing_is_doubted(page, text, started, monkeypatch):
    first, second = png(photograph("coffee")), png(photograph("rocket"))
    files = {
        "pau-first-files": [File(first)],
        "pau-second-files": [File(second)],
        "pau-third-upload": File(png(photograph("owl"))),
    }
    upload(monkeypatch, files)
    app = page(pau_name_first="coffee", pau_name_second="rocket", pau_third="Your own")
    app.button(key="run-pau-lesson").click().run()
    assert not app.exception
    assert started[0].parameters["labels"] == (0, 1)
    told = text(app)
    assert "Taught in" in told
    third = told.split("Taught in")[1]
    assert "nats of mutual information" in third
    upload(monkeypatch, files | {"pau-third-upload": File(first)})
    app.run()
    assert "It says <strong>coffee</strong>" in text(app).split("Taught in")[1]
    # As when the page is left: uploaders are empty, and no file was removed.
    upload(monkeypatch, {})
    app.run()
    assert "It says <strong>coffee</strong>" in text(app).split("Taught in")[1]


def test_pictures_are_forgotten_when_their_files_are_removed(page, text):
    app = page()
    app.radio(key="pau-chosen").set_value("own").run()
    single, several = (
        app.file_uploader(key=f"pau-{name}") for name in ("own-upload", "first-files")
    )
    file = ("coffee.png", png(photograph("coffee")), "image/png")
    single.set_value(file)
    several.set_value(file).run()
    assert "Add at least one picture of “cat”" in text(app)
    assert "Choose a picture to show" not in text(app)
    app.file_uploader(key="pau-own-upload").set_value([])
    app.file_uploader(key="pau-first-files").set_value([]).run()
    assert not app.exception
    assert "at least one picture of “dog” and one of “cat”" in text(app)
    assert "Choose a picture to show" in text(app)


def test_a_name_is_never_read_as_html(page, text, started, monkeypatch):
    upload(monkeypatch, {"pau-first-files": [File(png(photograph("coffee")))]})
    assert "<img src=x>" not in text(page(pau_name_second="<img src=x>"))


def test_samples_and_photographs_are_all_counted():
    samples = np.array([0.0, 0.1, 0.5, 1.0])
    assert cloud_rows(samples)["share"].sum() == pytest.approx(1)
    rows = standing_rows([0.1, 0.9], [0.5, 2.0, -1.0], 0.3, (0.0, 0.7))
    assert rows["count"].sum() == 5
    assert rows[rows["photographs"] == "this picture"]["low"].tolist() == [0.3]


def test_preparation_needs_no_visitor():
    lab_of(SLUG).prepare()
