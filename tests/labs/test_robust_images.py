"""The images of section 8: a photograph and two attacks under one transform, and their curves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import streamlit_app.kit.job as jobs
from pyfrontiers.adversarial import AXES, Survival
from pyfrontiers.vision import PHOTOGRAPHS, classifier
from pyfrontiers.vision.recorded_attacks import original_pixels
from pyfrontiers.vision.robust_examples import RobustExample, as_batch, predicted_class
from pyfrontiers.vision.robust_run import RobustRun
from streamlit_app.labs.robust_adversarial_examples import survive
from streamlit_app.labs.robust_adversarial_examples.survive import curve_rows
from streamlit_app.labs.robust_adversarial_examples.views2d import SERIES, seen_under

NEUTRAL = tuple(axis.neutral for axis in AXES.values())
TARGET = 924  # guacamole


@pytest.fixture(scope="module")
def run() -> RobustRun:
    """A run whose attacks are a grey picture and the photograph upside down."""
    data = original_pixels("cat")
    original = np.frombuffer(data, np.uint8).reshape(224, 224, 3)
    grey, turned = np.full_like(original, 128), original[::-1].copy()
    example = RobustExample(
        predicted_class(data), TARGET, 16 / 255, original, grey, turned, (3.0, 2.0), 9.0
    )
    classes = torch.tensor([example.truth, TARGET])
    curves = {
        name: Survival(
            name,
            torch.linspace(axis.low, axis.high, 5, dtype=torch.float64),
            classes,
            torch.arange(30.0).reshape(3, 5, 2) / 30,
            torch.zeros(3, 5, dtype=torch.long),
        )
        for name, axis in AXES.items()
    }
    return RobustRun(example, curves)


def test_neutral_sliders_leave_the_pictures_as_they_are(run):
    seen = seen_under(run.example, NEUTRAL)
    images = as_batch(run.example.original, run.example.ordinary, run.example.robust)
    shares = torch.cat([classifier().probabilities(image[None]) for image in images])
    assert [one.best for one in seen] == shares.argmax(1).tolist()
    for one, share in zip(seen, shares, strict=True):
        assert one.target == pytest.approx(float(share[TARGET]), abs=1e-4)
        assert one.truth == pytest.approx(float(share[run.example.truth]), abs=1e-3)


def test_noise_is_the_same_for_all_pictures(run):
    same = RobustExample(
        run.example.truth, TARGET, 0.0, *(run.example.original,) * 3, losses=(), seconds=0.0
    )
    noisy = (0.0, 1.0, 0.0, 0.1)
    first, second, third = seen_under(same, noisy)
    assert first.picture == second.picture == third.picture
    assert first.picture != seen_under(same, NEUTRAL)[0].picture


def test_curve_has_the_targets_probability_and_the_moment(run):
    rows = curve_rows(run.curves["rotation"], 7.0, [0.1, 0.2, 0.3])
    lines, dots = rows[~rows["now"]], rows[rows["now"]]
    assert list(lines["image"].unique()) == list(SERIES)
    assert lines["probability"].tolist() == pytest.approx([(2 * n + 1) / 30 for n in range(15)])
    assert dots["value"].tolist() == [7.0] * 3
    assert dots["probability"].tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize("axis", ["Rotation", "Zoom", "Light", "Noise"])
def test_sliders_and_axis_are_part_of_the_address(visit, text, monkeypatch, run, axis):
    class JobHere:
        state, done = "done", True

        def result(self):
            return run

    asked = []
    monkeypatch.setattr(survive, "_recorded", lambda *_: None)
    monkeypatch.setattr(jobs, "recall", lambda *_, **__: None)
    monkeypatch.setattr(jobs, "submit", lambda *_, **given: asked.append(given) or JobHere())
    page = visit(
        "robust-adversarial-examples",
        rae_photo="Temple",
        rae_axis=axis,
        rae_rotation="12",
        rae_noise="0.05",
    )
    page.button(key="run-rae-image").click().run()
    assert not page.exception
    assert asked[0]["pixels"] == original_pixels("temple")
    assert page.slider(key="rae-rotation").value == 12
    shown = text(page)
    assert shown.count('class="pf-share target"') == len(SERIES)
    wanted = seen_under(run.example, (12.0, 1.0, 0.0, 0.05))
    assert wanted[0].picture in shown


def test_every_photograph_can_be_chosen_and_recorded_pairs_come_first():
    assert set(survive._PHOTOGRAPHS) == set(PHOTOGRAPHS)
    assert survive._PHOTOGRAPHS[0] == "cat"
    assert survive._targets("cat")[0] == "guacamole"
    assert len(set(survive._targets("cat"))) == 1000
