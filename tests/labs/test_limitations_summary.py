"""The experiment of section 9: every tile shows its record first and can run live as a job."""

from __future__ import annotations

import inspect
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

import streamlit_app.kit.job as jobs
from pyfrontiers.compute.keys import job_key, reference_to
from pyfrontiers.limitations import METHODS, rank_correlation
from pyfrontiers.limitations.camps import CAMPS
from pyfrontiers.limitations.interpretability import STAGES
from pyfrontiers.limitations.recorded_maps import recorded_check
from streamlit_app.labs.limitations_summary import lab, quarrel
from streamlit_app.labs.limitations_summary.cost import duration, quantity

SLUGS = ("data", "cost", "attack", "bias", "uncertainty", "explanation")


class JobHere:
    """A job that is done immediately, with a given result."""

    state, done = "done", True

    def __init__(self, function, parameters, result):
        self.function, self.parameters, self._result = function, parameters, result

    def result(self):
        return self._result


@pytest.fixture
def started(monkeypatch):
    """The submitted jobs; they return `started.result`."""

    class Started(list):
        result = None

    made = Started()

    def submit(function, /, *, label, durable=False, **parameters):
        # The pool raises for arguments without a key, so do the same.
        bound = inspect.signature(function).bind(**parameters)
        bound.apply_defaults()
        counted = {name: value for name, value in bound.arguments.items() if name != "report"}
        assert job_key(reference_to(function), counted, "0")
        made.append(JobHere(function, parameters, made.result))
        return made[-1]

    monkeypatch.setattr(jobs, "submit", submit)
    return made


@pytest.fixture
def app(visit):
    return visit("limitations-summary")


def opened(app, slug):
    app.selectbox(key="ls-limit").set_value(slug).run()
    assert not app.exception
    return text(app)


def text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def test_every_tile_has_an_experiment():
    assert tuple(tile.slug for tile in lab._tiles()) == SLUGS
    assert tuple(lab._EXPERIMENTS) == SLUGS


def test_experiments_open_from_records_without_running(app, started):
    wanted = {
        "data": "Recorded: claim C11, full run",
        "cost": "EfficientNet-Lite0",
        "attack": "turns “palace” into “ostrich”",
        "bias": "Gender Shades",
        "uncertainty": "error of the mean falls as T",
        "explanation": "Recorded: claim C14, full run",
    }
    for slug in SLUGS:
        shown = re.sub("</?strong>", "", opened(app, slug)).replace("\xa0", " ")
        assert wanted[slug].casefold() in shown.casefold(), slug
    assert not started


@pytest.mark.parametrize("slug", ["", "nonsense", "<script>"])
def test_unknown_tile_in_the_address_opens_the_first(visit, slug):
    assert "How many examples does it take?" in text(visit("limitations-summary", ls_limit=slug))


def test_tile_and_settings_are_part_of_the_address(visit):
    page = visit(
        "limitations-summary", ls_limit="bias", **{"ls_bias-share": "10\N{NO-BREAK SPACE}%"}
    )
    assert not page.exception
    assert "With 10\N{NO-BREAK SPACE}% of the data" in text(page)


def test_error_for_more_examples_is_extrapolated(app):
    opened(app, "data")
    app.select_slider(key="ls-examples").set_value(20480).run()
    assert "extrapolating the fitted line" in text(app)


def test_each_share_shows_its_record(app):
    opened(app, "bias")
    app.select_slider(key="ls-bias-share").set_value(0.5).run()
    assert "With 50 % of the data" in text(app).replace("\xa0", " ")


def test_live_run_uses_the_settings_and_is_labelled(app, started):
    opened(app, "bias")
    started.result = lab.details("C13") | {"shares": lab.details("C13")["shares"][:1]}
    app.select_slider(key="ls-bias-share").set_value(0.02).run()
    assert "Press <strong>Train six networks here</strong>" in text(app)
    app.button(key="run-ls-bias").click().run()
    assert not app.exception
    assert started[0].parameters["shares"] == (0.02,)
    assert "Measured here just now" in text(app)


@pytest.mark.parametrize(
    ("slug", "button", "claim"), [("data", "run-ls-curve", "C11"), ("cost", "run-ls-cost", "C12")]
)
def test_other_experiments_run_as_jobs(app, started, slug, button, claim):
    opened(app, slug)
    found = lab.details(claim)
    started.result = found["models"] if slug == "cost" else found
    app.button(key=button).click().run()
    assert not app.exception
    assert len(started) == 1
    assert "Measured here just now" in text(app)


def test_partial_curve_is_drawn_along_with_the_record(app, monkeypatch):
    so_far = lab.details("C11")
    waiting = SimpleNamespace(
        state="running",
        done=False,
        ahead=0,
        seconds=1.0,
        label="Learning curve",
        cancel=lambda: None,
        progress=SimpleNamespace(message="repetition 2 of 3", fraction=0.4, data=so_far),
    )
    monkeypatch.setattr(jobs, "submit", lambda *_, **__: waiting)
    opened(app, "data")
    app.button(key="run-ls-curve").click().run()
    assert not app.exception
    # Rerun the whole page, as if a visitor moved a slider during the job.
    app.select_slider(key="ls-examples").set_value(160).run()
    assert not app.exception
    assert "Recorded: claim C11" in text(app)
    assert "cancel-ls-curve" in {button.key for button in app.button}


def test_explanations_use_the_chosen_photograph_and_methods(app, started):
    opened(app, "explanation")
    started.result = recorded_check()
    app.selectbox(key="ls-photo").set_value("cat")
    app.multiselect(key="ls-methods").set_value(["Grad-CAM", "gradient"]).run()
    app.button(key="run-ls-explanations").click().run()
    assert not app.exception
    assert started[0].parameters["name"] == "cat"
    assert started[0].parameters["methods"] == ("gradient", "Grad-CAM")
    app.multiselect(key="ls-methods").set_value([]).run()
    assert "Choose at least one method" in text(app)
    assert not app.exception


def test_recorded_maps_match_the_recorded_correlations():
    found = recorded_check()
    assert found["stages"] == list(STAGES)
    assert set(found["maps"]) == set(METHODS)
    for method, maps in found["maps"].items():
        assert len(maps) == 1 + len(STAGES)
        first, *others = (torch.from_numpy(one.astype(np.float32)) for one in maps)
        again = [rank_correlation(first, one) for one in others]
        # Downsampling a map averages out noise, which raises the correlation of noisy maps.
        assert again == pytest.approx(found["correlations"][method][0], abs=0.2), method


def test_maps_are_embedded_as_images(app):
    import base64

    page = opened(app, "explanation")
    pictures = re.findall(r'src="data:image/webp;base64,([^"]+)"', page)
    assert len(pictures) == 1 + len(METHODS) * (1 + len(STAGES))
    sides = {Image.open(io.BytesIO(base64.b64decode(one))).size for one in pictures}
    assert sides == {(112, 112), (224, 224)}


def test_vote_counts_once_and_can_be_changed_or_withdrawn(app, monkeypatch):
    monkeypatch.setattr(quarrel, "BALLOT", type(quarrel.BALLOT)([camp.name for camp in CAMPS]))
    opened(app, "data")
    assert "0 votes since this server started" in text(app)
    assert app.button(key="vote-back").disabled
    app.button(key="vote-0").click().run()
    assert "1 vote since this server started" in text(app)
    assert app.button(key="vote-0").label == f"✓ {CAMPS[0].name}"
    app.button(key="vote-1").click().run()
    assert list(quarrel.BALLOT.counts().values()) == [0, 1]
    app.button(key="vote-back").click().run()
    assert list(quarrel.BALLOT.counts().values()) == [0, 0]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(4.4e-5, "44 µs"), (0.0172, "17.2 ms"), (4.81, "4.81 s"), (600, "10 min"), (72000, "20 h")],
)
def test_duration_chooses_a_readable_unit(seconds, shown):
    assert duration(seconds).replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(8.9, "8.9 J"), (1.01e6, "1.01 MJ"), (2.93e15, "2.93 PJ")]
)
def test_quantity_has_an_si_prefix(value, shown):
    assert quantity(value, "J").replace("\xa0", " ") == shown
