"""The experiment of section 11: data sets, stages, methods, own points, and the grid."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("streamlit")

from pyfrontiers.uncertainty.study import (
    DATA_SETS,
    METHODS,
    Comparison,
    Functions,
    Points,
    Reference,
    distance,
)
from pyfrontiers.uncertainty.study.recorded_posteriors import recorded_posteriors
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.approximating import words
from streamlit_app.labs.bayesian_neural_networks.charts import boundaries
from streamlit_app.labs.bayesian_neural_networks.controls import NAMES
from streamlit_app.labs.bayesian_neural_networks.counting import duration, exact, peaks_of

SLUG = "bayesian-neural-networks"


def test_every_data_set_stage_and_method_is_drawn(visit, text):
    app = visit(SLUG)
    assert not app.exception
    for name in NAMES:
        app.radio(key="bnn-data").set_value(name).run()
        assert not app.exception, name
        for stage in ("none", "3", "8", "all") if name in DATA_SETS else ():
            app.select_slider(key="bnn-seen").set_value(stage).run()
            assert not app.exception
            expected = "drawn from the prior" if stage == "none" else "networks by HMC"
            assert expected in text(app)
    for method in METHODS:
        app.button_group(key="bnn-method").set_value([method]).run()
        assert not app.exception
        assert method in text(app)


def test_data_method_and_weights_are_part_of_the_address(visit, text):
    app = visit(SLUG, bnn_data="Moons", bnn_method="MC dropout", bnn_weights="3", bnn_examples="0")
    assert not app.exception
    _, record = recorded_posteriors()
    functions = record["moons"]["functions"]
    off = distance(functions["MC dropout"], functions[str(len(DATA_SETS["moons"].rows))])
    assert kit.percent(off.spread) in text(app)
    assert "10⁶" in text(app)
    assert "<strong>one peak</strong>" in text(app)


def test_own_points_show_the_prior_until_they_are_sampled(visit, text):
    app = visit(SLUG, bnn_data="Your points")
    assert not app.exception
    assert "Press <strong>Sample the posterior</strong>" in text(app)
    app.session_state["bnn-board-regression-kept"] = Points("regression", ((0.5, 1.0),))
    app.run()
    assert not app.exception


def test_a_new_point_keeps_the_earlier_posterior_and_says_so_once(visit, text, finished):
    results, _ = finished
    _, record = recorded_posteriors()
    functions = record["gap"]["functions"]["16"]
    results["sample_posterior"] = Reference(functions, 1.0, 100.0, 1440, 24, 0.8, 0)
    app = visit(SLUG, bnn_data="Your points")
    app.button(key="run-bnn-posterior-regression").click().run()
    assert "Showing the posterior given the earlier points" not in text(app)
    app.session_state["bnn-board-regression-kept"] = Points("regression", ((0.5, 1.0),))
    app.run()
    assert not app.exception
    told = text(app)
    assert told.count("earlier points") == 1
    assert "Showing the posterior given the earlier points. Press" in told


def test_methods_run_on_own_points_when_asked(visit, text, finished):
    results, asked = finished
    _, record = recorded_posteriors()
    functions = record["gap"]["functions"]
    reference = Reference(functions["16"], 1.0, 100.0, 1440, 24, 0.8, 0)
    # Each method gets the functions of the next one, unlike the recorded data set.
    given = {
        name: Comparison(functions[other], distance(functions[other], reference.functions))
        for name, other in zip(METHODS, (*list(METHODS)[1:], *METHODS), strict=False)
    }
    results["compare_on"] = (reference, given)
    app = visit(SLUG, bnn_data="Your points", bnn_method="SWAG")
    assert "Until then, the recorded data set" in text(app)
    points = Points("regression", ((0.5, 1.0), (-0.5, 0.2)))
    app.session_state["bnn-board-regression-kept"] = points
    app.run()
    app.button(key="run-bnn-methods-regression").click().run()
    assert not app.exception
    assert asked["compare_on"] == {"points": points}
    assert "Until then" not in text(app)
    assert "400 networks of each method, 1,440 networks by HMC" in text(app)
    off = given["SWAG"].distance
    said = re.sub(r"\*\*(.*?)\*\*", r"<strong>\1</strong>", words("SWAG", off.bias, off.spread))
    assert said in text(app)


def test_time_of_a_grid_and_its_units():
    assert duration(4) == "0.1 s"
    assert duration(5) == "10 s"
    assert duration(7) == "1.16 days"
    assert duration(13).replace("\N{NO-BREAK SPACE}", " ") == "3.2 × 10⁹ years"


def test_two_weights_have_one_peak_before_and_two_after_the_first_example():
    assert [peaks_of(exact(count)) for count in range(9)] == [1] + [2] * 8


def test_the_sentence_follows_the_sign_of_the_error():
    assert "is **overconfident**" in words("X", -0.4, 0.4)
    assert "is **underconfident**" in words("X", 0.4, 0.4)
    assert "in some places" in words("X", 0.1, 0.4)


def test_lines_lie_where_a_network_is_undecided():
    axis = Functions("classification", *[np.zeros(0)] * 4).axis
    first, second = np.meshgrid(axis, axis, indexing="ij")
    plane = 1 / (1 + np.exp(-3 * (first + 0.5 * second - 0.2)))
    zero = np.zeros(plane.size)
    found = Functions("classification", plane.reshape(1, -1), zero[:0], zero, zero)
    line = boundaries(found)
    assert len(line) > 30
    assert set(line["line"]) == {0}
    assert (line["x1"] + 0.5 * line["x2"] - 0.2).abs().max() < 0.01
