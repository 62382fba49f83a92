"""The experiment of section 15: refusals, the visitor's child and the marks match the record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

pytest.importorskip("streamlit")

import numpy as np

from pyfrontiers.automl.benchmark import TrainedChild, benchmark
from pyfrontiers.claims import recorded
from streamlit_app.kit import tokens_of
from streamlit_app.labs.learning_to_learn.charts import (
    ALL,
    SEED,
    YOURS,
    accuracy_rows,
    place_chart,
    tallest,
)
from streamlit_app.labs.learning_to_learn.controls import FIRST, FREE, LIMITS, Design, first_design
from streamlit_app.labs.learning_to_learn.placing import (
    budgets,
    found,
    marks_after,
    place_child,
    told,
)
from streamlit_app.labs.learning_to_learn.tries import (
    as_file,
    best_of,
    known_tries,
    remember,
    written,
)

SPACE = benchmark().space
LARGEST = max(map(SPACE.architecture, range(SPACE.size)), key=lambda child: SPACE.cost(child).flops)
MARKS = marks_after(100)


def trained(*test: float, architecture=FIRST, validation: float = 0.9) -> TrainedChild:
    column = np.array(test)[:, None]
    return TrainedChild(
        architecture, tuple(range(3, 3 + len(test))), 0 * column + validation, column, 1.5
    )


def test_limits_refuse_the_largest_network_and_not_the_first():
    assert not first_design().refusal
    assert not Design.of(LARGEST, FREE).refusal
    cost = SPACE.cost(LARGEST)
    for limit in LIMITS:
        if limit != FREE:
            wanted = f"the child has {cost.flops:,} FLOPs, more than the limit of {limit:,}"
            assert Design.of(LARGEST, limit).refusal == wanted


def test_marks_are_those_of_the_table_and_of_the_record():
    details = recorded("C20").measurement.details
    assert budgets() == tuple(details["budgets"])
    assert marks_after(200).controller > marks_after(20).controller > marks_after(5).random
    missed = details["searches"]["reinforce"]["regret"]
    assert MARKS.controller == pytest.approx(benchmark().quality.max() - missed)
    assert (benchmark().quality < MARKS.median).mean() == pytest.approx(0.5, abs=0.01)
    assert "after 100 children" in found()


def test_a_child_is_placed_by_the_mean_of_its_seeds():
    placed = place_child(trained(0.80, 0.85, 0.90))
    assert placed.mean == pytest.approx(0.85)
    assert placed.rank == pytest.approx((benchmark().quality < 0.85).mean(), abs=0.01)
    assert placed.against(0.79) == "above"
    assert placed.against(0.95) == "below"
    assert placed.against(0.86) == "level"


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [
        ((0.5, 0.6, 0.7), "It reaches neither the median nor the controller."),
        ((0.85, 0.9, 0.91), "It beats the median and does not reach the controller."),
        ((0.98, 0.99, 0.97), "It beats both the median and the controller."),
        ((0.94, 0.97, 0.98), "It beats the median and is level with the controller."),
        ((0.5, 0.85, 0.99), "It is level with both the median and the controller."),
    ],
)
def test_result_follows_the_seeds(seeds, sentence):
    line, explanation = told(place_child(trained(*seeds)), MARKS, 40, limited=True)
    assert sentence in line
    assert f"{100 * np.mean(seeds):.1f}" in line
    assert ("could be luck" in explanation) == ("level" in sentence)
    assert "you guessed 40 %" in explanation
    assert "It had no limit" in explanation
    assert "no limit" not in told(place_child(trained(*seeds)), MARKS, 40, limited=False)[1]


def test_chart_has_every_network_once_and_the_child_only_after_its_training():
    before = accuracy_rows(MARKS, None)
    assert before["networks"].sum() == benchmark().space.size
    assert before["networks"].max() < tallest()
    assert set(before["what"]).isdisjoint({YOURS, SEED})
    after = accuracy_rows(MARKS, place_child(trained(0.8, 0.85, 0.9))).set_index("what")
    assert after.loc[YOURS, "accuracy"] == pytest.approx(0.85)
    assert after.loc[SEED, "accuracy"].tolist() == [0.8, 0.85, 0.9]
    bars = after.loc[ALL]
    assert (bars["from"].iloc[1:].to_numpy() == bars["to"].iloc[:-1].to_numpy()).all()
    inside = (benchmark().quality >= bars["from"].iloc[0]) & (benchmark().quality <= 1)
    assert inside.all()


@pytest.mark.parametrize(("marks", "has"), [(3, False), (4, True)], ids=["before", "after"])
def test_legend_names_the_child_only_after_its_training(marks, has):
    lines = place_chart(tokens_of("light"), tallest(), marks).to_dict()["layer"][1]["encoding"]
    for channel in ("color", "strokeDash"):
        assert (YOURS in lines[channel]["scale"]["domain"]) == has


def test_best_of_the_tries_is_chosen_without_the_test_digits():
    better, worse = trained(0.7, validation=0.95), trained(0.9, validation=0.94)
    assert best_of([worse, better]) is better


def test_a_network_trained_with_other_seeds_is_the_newest_again(monkeypatch):
    monkeypatch.setattr("streamlit_app.labs.learning_to_learn.tries.st.session_state", {})
    first, other = trained(0.8), trained(0.9, architecture=(0, *FIRST[1:]))
    for child in (first, other, first):
        remember(child)
    assert known_tries() == [first, other]
    again = replace(first, seeds=(9,))
    remember(again)
    assert known_tries() == [other, again]


def test_networks_are_written_as_they_are():
    assert written(FIRST) == "2 filters 3 × 3, then 2 filters 3 × 3"
    apart = (0, 1, 2, 1, *FIRST[4:-1], 0)
    assert written(apart) == "8 filters 1 × 3 / 2 next to 2 filters 3 × 3"
    saved = as_file(replace(trained(0.8, 0.9), architecture=apart))
    assert json.loads(json.dumps(saved))["layers"][0]["filters"] == 8
    assert saved["test accuracy"] == [[0.8], [0.9]]


def test_page_asks_first_and_refuses_what_is_too_large(visit, text):
    app = visit("learning-to-learn")
    assert "Half of all 1,152 networks" in text(app)
    assert app.button(key="run-ltl-train").label == "Train my network"
    large = {"ltl_filters_1": "8", "ltl_filters_2": "8"}
    app = visit("learning-to-learn", **large)
    assert "Refused before training" in text(app)
    assert "more than the limit of 10,000" in text(app)
    assert not [button for button in app.button if button.key == "run-ltl-train"]
    app = visit("learning-to-learn", **large, ltl_limit="none")
    assert app.button(key="run-ltl-train")


def test_page_places_the_child_and_keeps_the_tries(visit, text, finished):
    made, asked = finished
    made["train_child"] = trained(0.91, 0.92, 0.93)
    app = visit("learning-to-learn", ltl_guess="75", ltl_seed="5")
    app.button(key="run-ltl-train").click().run()
    assert not app.exception
    assert asked["train_child"] == {"architecture": FIRST, "seeds": (5, 6, 7)}
    page = text(app)
    assert "<strong>92.0\N{NO-BREAK SPACE}%</strong>" in page
    assert "you guessed 75" in page
    row = benchmark().rows[FIRST]
    assert f"{100 * benchmark().test[row, 2, -1]:.1f}" in page[page.index("The record of") :]
    assert "Your first network reaches <strong>92.0" in page
    other = (0, *FIRST[1:])
    made["train_child"] = trained(0.95, 0.96, 0.97, architecture=other, validation=0.99)
    app.segmented_control(key="ltl-height-1").set_value(0).run()
    assert "Half of all" in text(app)
    app.button(key="run-ltl-train").click().run()
    assert not app.exception
    assert asked["train_child"]["architecture"] == other
    page = text(app)
    assert "Of your 2 networks" in page
    assert page.index("2 filters 1 × 3, then") < page.index("2 filters 3 × 3, then")
