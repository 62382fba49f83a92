"""Section 19: the five points, their curves and the sentence about them."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

pytest.importorskip("streamlit")

from pyfrontiers.transfer import (
    GRID,
    REACH,
    trained_networks,
)
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, STEPS
from streamlit_app.labs.toward_general_intelligence.curves import curves_of
from streamlit_app.labs.toward_general_intelligence.examples import EXAMPLES, example
from streamlit_app.labs.toward_general_intelligence.panels import Panel, panels_html
from streamlit_app.labs.toward_general_intelligence.points import read_points, top_of, written
from streamlit_app.labs.toward_general_intelligence.sayings import errors_of, verdict_of

SLUG = "toward-general-intelligence"
X = np.array(GRID)
NAMES = list(trained_networks("regression"))
LINE = [[[0.2, 0.2], [0.8, 0.8]]]
CROSS = [[[0.2, 0.5], [0.8, 0.5]], [[0.5, 0.2], [0.5, 0.8]]]


def errors(**after):
    """Errors after each of `STEPS`, 5 unless told otherwise."""
    return {name: (5.0,) * len(STEPS) for name in NAMES} | after


def test_every_curve_has_its_result_and_its_address(visit, text):
    for name, title in EXAMPLES.items():
        page = text(visit(SLUG, tgi_curve=title, tgi_run="1"))
        points = example(name, 0).points
        shown = verdict_of(name, errors_of(curves_of(points, 1), points, example(name, 0)))
        assert kit.rich(shown[0]) in page, name
    app = visit(SLUG)
    before = text(app)
    app.button(key="tgi-next-sample").click().run()
    assert not app.exception
    assert text(app) != before


def test_own_points_are_typed_and_part_of_the_address(visit, text):
    app = visit(SLUG, tgi_curve="Your points", tgi_points="-4, 2; -2, -1; 0, 1; 2, 1; 4, -3")
    first = re.search("MAML passes your points .*?</p>", text(app))[0]
    app.text_input(key="tgi-points").set_value("-4, 2; -2, -1; 0, 1; 2, 1; 4, 3").run()
    assert not app.exception
    assert re.search("MAML passes your points .*?</p>", text(app))[0] != first
    app.button(key="tgi-again").click().run()
    assert not app.exception
    assert (
        app.text_input(key="tgi-points").value
        == visit(SLUG, tgi_curve="Your points").text_input(key="tgi-points").value
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1, 2; 1, 2; 1, 2; 1, 2; 1, 2", "x must hold at least two different places, got 5 times"),
        ("0, 0; 1, 30", "y must be within -10 and 10, the canvas, got 30."),
        ("-7, 0; 1, 3", "x must be within -5 and 5, the canvas, got -7."),
        ("0, nan; 1, 3", "y must hold finite numbers, got NaN"),
        ("0, inf; 1, 3", "y must hold finite numbers, got NaN or infinity"),
        ("1, 2, 3", "Points must be pairs such as 1, 2; 3, 4, got '1, 2, 3'."),
        ("sin(x)", "Points must be pairs such as 1, 2; 3, 4, got 'sin(x)'."),
        (" ; ", "Points must be 1 to 10 pairs such as 1, 2; 3, 4, got 0."),
    ],
)
def test_bad_points_are_answered_by_a_sentence(visit, text, typed, sentence):
    app = visit(SLUG, tgi_curve="Your points", tgi_points=typed)
    page = text(app).replace("&#x27;", "'")
    assert f'role="alert">{sentence}' in page
    assert "MAML passes your points" not in page
    app.text_input(key="tgi-points").set_value("-1, 2; 1, -2").run()
    assert not app.exception
    assert 'role="alert"' not in text(app)


def test_points_are_read_as_they_are_written():
    points = ((-4.0, 2.25), (0.5, -1.0))
    assert read_points(written(points)) == points
    assert read_points("(\N{MINUS SIGN}4, 2.25); 0.5 -1;") == points
    with pytest.raises(ValueError, match=r"points must be 1 to 10 pairs .* got 11"):
        read_points(written([(1, 2)] * 11))


def test_the_board_is_higher_only_for_curves_that_need_it():
    assert top_of(((1.0, 6.0),), None) == 6
    assert top_of(((1.0, -6.5),), None) == 10
    larger = [example("larger", sample) for sample in SAMPLES]
    assert {top_of(one.points, one) for one in larger} <= {6.0, 10.0}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_have_a_point_in_each_fifth_on_their_curve(name):
    for sample in SAMPLES:
        one = example(name, sample)
        x, y = np.array(one.points).T
        assert ((x + REACH) // 2).tolist() == [0, 1, 2, 3, 4]
        # A step jumps between two places of the grid.
        near = abs(np.interp(x, X, one.truth) - y)
        assert (near < 0.1).sum() >= (4 if name == "step" else 5)


def test_errors_are_those_of_the_curve_or_at_the_points():
    one = example("sine", 0)
    right = np.array(one.truth)
    curves = {"right": np.stack([right + 2, right]), "flat": np.zeros((2, len(X)))}
    of_curve = errors_of(curves, one.points, one)
    assert of_curve["right"] == pytest.approx((4, 0))
    assert of_curve["flat"] == pytest.approx([np.square(right).mean()] * 2)
    at_points = errors_of(curves, ((0.0, 3.0), (1.0, -1.0)), None)
    assert at_points["flat"] == pytest.approx([5, 5])


def test_result_names_the_closest_method_and_not_one_that_diverges():
    line, more = verdict_of("sine", errors(maml=(3, 0.25, 0.1, 0.1), scratch=(9, 9, 9, math.nan)))
    assert line == "After one step, **MAML** is closest to the curve: squared error **0.25**."
    assert "fine-tuning of a jointly trained network 5.00" in more
    assert "from scratch diverges." in more
    line, more = verdict_of("sine", errors(reptile=(3, 0.5, 0.1, 0.1), maml=(3, math.nan, 1, 1)))
    assert "**Reptile** is closest" in line
    assert "MAML: diverges." in more


@pytest.mark.parametrize(
    ("ours", "theirs", "helps"),
    [(2.0, 3.0, True), (3.0, 2.0, False), (math.nan, 2.0, False), (2.0, math.nan, True)],
)
def test_result_outside_the_family_says_whether_experience_helps(ours, theirs, helps):
    found = errors(maml=(9, 9, 9, ours), scratch=(9, 9, 9, theirs), anil=(9, 9, 9, 1.0))
    line, more = verdict_of("step", found)
    begins = "MAML's squared error after 10 steps is" if ours < 9 else "MAML **diverges** within 10"
    assert line.startswith(f"On a step, {begins}")
    assert ("still helps here" in more) == helps
    assert ("in the way" in more) != helps
    assert "The closest is ANIL, with 1.00." in more


def test_panels_draw_every_line_leave_gaps_and_keep_points_round():
    panel = Panel(
        "<MAML>", "0.5 after 1", "A & b", (("truth", [0, 6]), ("after-1", [6, np.nan, 0]))
    )
    markup = panels_html([panel], {"truth": "the curve", "point": "points"}, top=6, points=[(0, 3)])
    assert '<path class="truth" d="M0.0 70.0L200.0 0.0"/>' in markup
    assert '<path class="after-1" d="M0.0 0.0M200.0 70.0"/>' in markup
    assert 'd="M100.0 35.0h0"' in markup
    assert "&lt;MAML&gt;. A &amp; b. x from -5 to 5, y from -6 to 6." in markup
    assert "<MAML>" not in markup
