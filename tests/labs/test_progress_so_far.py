"""The experiment of section 2: reading drawn digits and sampling new ones."""

from __future__ import annotations

import torch

from pyfrontiers.digits.exhibits import base_digits
from streamlit_app.labs.progress_so_far.lab import drawn
from streamlit_app.labs.progress_so_far.pad import read_input


def test_both_directions_render(visit, text):
    page = visit("progress-so-far")
    assert "It reads <b>0</b>" in text(page)
    page.slider(key="psf-guidance").set_value(0.0).run()
    page.button(key="flow-again").click().run()
    assert not page.exception
    assert page.session_state["psf-seed"] == 1


def test_malformed_input_gives_the_first_digit_or_an_empty_field():
    first = next(iter(base_digits().values()))[2]
    for nothing in (None, 3, {}, {"strokes": 5}, {"chosen": 99}, {"chosen": "x"}, {"strokes": []}):
        assert torch.equal(read_input(nothing)[0], first)
    assert not read_input({"strokes": [[[7, 7]]]})[0].any()
    image, what = read_input({"strokes": [[[0.5, 0.2], [0.5, 0.8]]]})
    assert what == "drawn"
    assert image.any()


def test_cleared_field_is_empty():
    image, what = read_input({"strokes": [], "chosen": None})
    assert what == "empty"
    assert not image.any()


def test_samples_include_their_path_and_classification():
    shown = drawn(8, 0, 1.5)
    assert shown["frames"] == 21
    assert len(shown["said"]) == len(shown["right"]) == 12
    assert sum(shown["right"]) >= 11
