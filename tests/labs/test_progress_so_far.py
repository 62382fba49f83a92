"""The experiment of section 2: recognising and drawing digits."""

from __future__ import annotations

import torch

from pyfrontiers.digits.exhibits import base_digits
from streamlit_app.labs.progress_so_far.lab import drawn
from streamlit_app.labs.progress_so_far.pad import _asked


def test_both_directions_draw(visit, text):
    app = visit("progress-so-far")
    assert "It says <b>0</b>" in text(app)
    app.slider(key="flow-guidance").set_value(0.0).run()
    app.button(key="flow-again").click().run()
    assert not app.exception


def test_what_the_browser_sends_is_read_or_counts_as_nothing():
    first = next(iter(base_digits().values()))[2]
    for nothing in (None, 3, {}, {"strokes": 5}, {"chosen": 99}, {"chosen": "x"}, {"strokes": []}):
        assert torch.equal(_asked(nothing)[0], first)
    assert not _asked({"strokes": [[[7, 7]]]})[0].any()
    image, what = _asked({"strokes": [[[0.5, 0.2], [0.5, 0.8]]]})
    assert what == "drawn"
    assert image.any()


def test_drawn_digits_come_with_their_way_and_what_they_are_read_as():
    shown = drawn(8, 0, 1.5)
    assert shown["frames"] == 21
    assert len(shown["said"]) == len(shown["right"]) == 12
    assert sum(shown["right"]) >= 11
