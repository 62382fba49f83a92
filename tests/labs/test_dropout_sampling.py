"""The dropout laboratory: every image and every slider position answers, with figures that fit."""

from __future__ import annotations

import base64
import math

import pytest
import torch

pytest.importorskip("streamlit")

from pyfrontiers.digits import trained
from pyfrontiers.digits.exhibits import exhibit, exhibits
from pyfrontiers.uncertainty import mc_dropout
from streamlit_app.labs.dropout_sampling.reading import verdict
from streamlit_app.labs.dropout_sampling.results import (
    OPEN_PASSES,
    class_probabilities,
    drawing,
    summary,
    turning,
)


def test_every_image_and_slider_position_draws(visit):
    app = visit("dropout-sampling")
    assert not app.exception
    for p, count in ((0.05, 2), (0.9, 200), (0.5, 3)):
        app.slider(key="dropout-p").set_value(p)
        app.slider(key="dropout-passes").set_value(count).run()
        assert not app.exception
    for item in exhibits()[::3]:
        app.session_state["dropout-image"] = item.slug
        assert not app.run().exception


@pytest.mark.parametrize("count", [2, 50, 200])
def test_the_figures_are_those_of_a_run_of_that_length(count):
    shown = summary("hard-first", 0.5, count)
    run = mc_dropout(trained(), exhibit("hard-first").image, samples=count, p=0.5)
    torch.testing.assert_close(shown.mean.float(), run.mean[0], rtol=0, atol=1e-5)
    torch.testing.assert_close(shown.variance.float(), run.variance[0], rtol=0, atol=1e-5)
    assert shown.entropy == pytest.approx(float(run.entropy[0]), abs=1e-5)
    assert shown.mutual_information == pytest.approx(float(run.mutual_information[0]), abs=1e-5)


def test_the_drawing_shows_the_masks_and_outputs_of_the_run():
    picture, samples = drawing("seven", 0.4), class_probabilities("seven", 0.4)
    assert len(picture["passes"]) == OPEN_PASSES
    for number, drawn in enumerate(picture["passes"]):
        assert drawn["output"] == pytest.approx(samples[number].tolist(), abs=1e-3)
        for layer, kept, packed in zip(
            picture["layers"], drawn["kept"], drawn["maps"], strict=True
        ):
            area, values = layer["side"] ** 2, base64.b64decode(packed)
            assert len(kept) == layer["filters"]
            assert len(values) == area * len(kept)
            for channel, mark in enumerate(kept):
                if mark == "0":
                    assert not any(values[channel * area : (channel + 1) * area])


def test_the_verdict_tells_agreement_from_doubt():
    line, meaning = verdict(summary("zero", 0.5, 100))
    words = line.split()
    assert words[:3] == ["0", "with", "probability"]
    assert float(words[3]) >= 0.97
    assert float(words[5]) <= 0.1
    assert "believe it" in meaning
    _, meaning = verdict(summary("hard-first", 0.5, 100))
    assert "contradict each other" in meaning


def test_turning_begins_upright():
    turned, upright = turning("four", 0.5), summary("four", 0.5, 100)
    torch.testing.assert_close(turned.mean[0], upright.mean.float(), rtol=0, atol=1e-4)
    assert turned.entropy.max() > turned.entropy[0]
    assert (turned.entropy <= math.log(10)).all()
