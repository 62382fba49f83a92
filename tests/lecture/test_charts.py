"""Shared parts of charts and drawings, and their errors."""

from __future__ import annotations

import numpy as np
import pytest

from pyfrontiers.lecture.figures.charts import colour, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import figure
from pyfrontiers.lecture.palette import SERIES


def test_each_series_has_the_position_of_its_token():
    scale = colour("kind", {"attack": "vermillion", "uncertainty": "orange"}).to_dict()["scale"]
    assert len(scale["domain"]) == len(SERIES)
    assert scale["domain"][SERIES.index("vermillion")] == "attack"
    assert scale["domain"][SERIES.index("orange")] == "uncertainty"
    assert "range" not in scale


def test_legend_lists_only_the_given_series():
    legend = colour("kind", {"attack": "vermillion"}).to_dict()["legend"]
    assert legend["values"] == ["attack"]
    assert colour("kind", {"attack": "vermillion"}, legend=False).to_dict()["legend"] is None


def test_token_that_is_not_a_series_is_rejected():
    with pytest.raises(
        ValueError, match=r"token 'muted' is not a series colour; use one of \('blue'"
    ):
        colour("kind", {"attack": "muted"})


def test_table_rounds_numbers_and_keeps_names():
    values = table(x=np.array([1.23456789, 2.0]), name=["a", "b"]).to_dict()["values"]
    assert values == [{"x": 1.2346, "name": "a"}, {"x": 2.0, "name": "b"}]


def test_columns_of_different_length_are_rejected():
    with pytest.raises(ValueError, match="shorter"):
        table(x=[1, 2], y=[1])


def test_drawing_rejects_a_colour_outside_the_palette():
    with pytest.raises(ValueError, match=r"token 'red' is not a palette colour; use one of"):
        Drawing(440, 200).dot(0, 0, 1, fill="red")


def test_drawing_escapes_text():
    pen = Drawing(440, 200)
    pen.text(10, 10, "a < b & c")
    assert "a &lt; b &amp; c" in pen.finish("x < y").markup
    assert "<title>x &lt; y</title>" in pen.finish("x < y").markup


def test_arrowhead_ends_at_the_last_point():
    pen = Drawing(440, 200)
    pen.arrow((10, 10), (110, 10))
    assert '<polygon points="110,10 ' in pen.finish("t").markup


def test_duplicate_figure_name_is_rejected():
    with pytest.raises(ValueError, match="name 'sum-of-bumps' is already used"):
        figure("sum-of-bumps", "A second one.")(lambda: Drawing(1, 1).finish("t"))
