"""The experiment of section 14: weights, maps, trajectories and tables match the record."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

pytest.importorskip("streamlit")

import torch

from pyfrontiers.multitask import (
    METHODS,
    NETWORKS,
    SCORES,
    TASKS,
    TaskCurves,
    TaskNet,
    TaskTraining,
    task_record,
)
from pyfrontiers.multitask.table import Interval
from streamlit_app.labs.multi_task_uncertainty.comparing import gain_word, gains_sentence
from streamlit_app.labs.multi_task_uncertainty.controls import HEADLINES, SCENES
from streamlit_app.labs.multi_task_uncertainty.course import relative_losses
from streamlit_app.labs.multi_task_uncertainty.labels import matched, place_labels, things_in
from streamlit_app.labs.multi_task_uncertainty.panel import CODES
from streamlit_app.labs.multi_task_uncertainty.results import read_scene, reading, street
from streamlit_app.labs.multi_task_uncertainty.sayings import figures_line
from streamlit_app.labs.multi_task_uncertainty.tradeoff import (
    figure_text,
    gains_of,
    tradeoff_chart,
)
from streamlit_app.labs.multi_task_uncertainty.trajectories import (
    WAYS,
    course_rows,
    trajectory_rows,
)
from streamlit_app.labs.multi_task_uncertainty.triangle import (
    LEARNED,
    OPTIONS,
    final_weights,
    place_of,
)
from streamlit_app.labs.multi_task_uncertainty.trying import parameters_of

FIRST = SCENES[0]


def plain(page):
    """Return a page's text without marks of emphasis."""
    for mark in ("<strong>", "</strong>", "**"):
        page = page.replace(mark, "")
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_controls_render_and_another_scene_is_the_next(visit, text):
    app = visit("multi-task-uncertainty")
    assert not app.exception
    assert app.radio(key="mtu-weights").options == [
        f"{name} alone" if name in TASKS else name for name in OPTIONS
    ]
    app.button(key="mtu-next-scene").click().run()
    assert app.select_slider(key="mtu-scene").value == SCENES[1]
    app.slider(key="mtu-fog").set_value(0.5)
    app.radio(key="mtu-weights").set_value("more depth").run()
    assert not app.exception
    assert plain(figures_line(reading("more depth", SCENES[1], 0.5, 0.0))) in plain(text(app))


def test_an_address_names_network_and_scene(visit, text):
    app = visit("multi-task-uncertainty", mtu_weights="classes alone", mtu_scene="2")
    page = text(app)
    assert page.count("This network has no such output") == 2
    assert plain(figures_line(reading("classes", SCENES[1], 0.0, 0.0))) in plain(page)
    assert "the weights chosen above (classes alone)" in app.selectbox(key="mtu-train").options


def test_weights_stand_at_their_barycentric_coordinates():
    corners = torch.tensor([place_of(final_weights(task)) for task in TASKS])
    for name in OPTIONS:
        weights = torch.tensor(final_weights(name))
        assert weights.sum() == pytest.approx(3.0, abs=2e-3)
        torch.testing.assert_close(
            torch.tensor(place_of(final_weights(name))), weights / weights.sum() @ corners
        )
    classes, instances, depth = corners
    assert classes[0] == (instances[0] + depth[0]) / 2
    assert instances[1] == depth[1] > classes[1]
    assert set(LEARNED) == {"learned", "learned exact"}


def test_gains_are_those_over_the_tasks_alone():
    scores = {run.network: run.scores for run in task_record().runs if run.seed == 0}
    for task in TASKS:
        assert gains_of(task) == {name: 0.0 for name, its in HEADLINES.items() if its == task}
    for name, gain in gains_of("equal").items():
        ours, alone = (getattr(scores[one], name) for one in ("equal", HEADLINES[name]))
        better = ours > alone if SCORES[name].higher_is_better else ours < alone
        assert (gain > 0) == better
        assert abs(gain) == pytest.approx(abs(ours / alone - 1))


@pytest.mark.parametrize("number", SCENES)
def test_labels_lie_in_their_regions_and_apart(number):
    one = street(number, 0.0, 0.0)
    labels = place_labels(one.classes, CODES)
    assert len(labels) >= 4
    for k, label in enumerate(labels):
        assert CODES[int(one.classes[label.row, label.column])] == label.text
        for other in labels[:k]:
            assert abs(label.row - other.row) >= 7 or abs(label.column - other.column) >= 9


def test_letters_of_classes_are_unique():
    assert len(set(CODES.values())) == len(CODES)


def test_found_things_get_the_numbers_of_true_ones():
    truth = street(FIRST, 0.0, 0.0).instances
    numbers = things_in(truth)
    shuffled = {number: 100 - k for k, number in enumerate(numbers)}
    found = torch.zeros_like(truth)
    for number, other in shuffled.items():
        found[truth == number] = other
    same, unknown = matched(found, truth)
    assert torch.equal(same, truth)
    assert not unknown
    found[0, :40] = 7  # in the sky
    renamed, unknown = matched(found, truth)
    assert unknown == frozenset({max(numbers) + 1})
    assert torch.equal(renamed == max(numbers) + 1, found == 7)


@pytest.mark.parametrize("way", WAYS)
def test_trajectories_have_every_seed_and_weights_with_a_sum_of_three(way):
    runs = [run for run in task_record().runs if run.network == way]
    rows = trajectory_rows(runs)
    assert rows["seed"].nunique() == task_record().study.seeds >= 3
    sums = rows.groupby(["seed", "training"])["value"].sum()
    assert sums.to_numpy() == pytest.approx(3.0, abs=5e-3)
    assert rows["training"].max() == 1.0


def test_log_variances_can_be_shown(visit, text):
    app = visit("multi-task-uncertainty", mtu_shown="log σ²", mtu_way="PCGrad")
    assert not app.exception
    assert "conflicting gradients" in text(app)
    app.selectbox(key="mtu-way").set_value("learned").run()
    assert not app.exception
    assert "in closed form" in text(app)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.1, 0.3, "better"),
        (-0.3, -0.1, "worse"),
        (-0.1, 0.1, "no clear difference"),
        (None, None, "no clear difference"),
    ],
)
def test_only_an_interval_without_zero_counts(low, high, word):
    gain = Interval(0.2, low, high, 3)
    assert gain_word(gain) == word
    line, explanation = gains_sentence({"iou": gain, "depth_error": gain})
    assert f"{2 * (word == 'better')} of 2" in line
    assert ("No task gains anything" in explanation) == (word != "better")


def test_table_shows_every_method_and_the_paper(visit, text):
    page = plain(text(visit("multi-task-uncertainty")))
    for method, cells in task_record().table.items():
        assert METHODS[method].title in page
        for name, cell in cells.items():
            assert figure_text(name, cell.value).split(" ")[0] in page
    assert "Cityscapes" in page
    assert "minus alone" not in page
    assert "gain over alone" in page
    for name, gain in task_record().gains.items():
        sign = 1 if SCORES[name].higher_is_better else -1
        table = task_record().table
        learned, alone = (table[method][name].value for method in ("learned", "alone"))
        assert gain.value == pytest.approx(sign * (learned - alone), abs=1e-6)
    assert "63.4" in page


def test_training_takes_the_chosen_weights(visit, text, finished):
    results, asked = finished
    results["train_tasks"] = TaskTraining(
        model=TaskNet(("classes",)).eval(),
        losses=((1.0,),),
        task_weights=((1.0,),),
        log_variances=(),
        scenes=200,
    )
    chosen = "the weights chosen above (classes alone)"
    app = visit("multi-task-uncertainty", mtu_weights="classes alone", mtu_train=chosen)
    app.button(key="run-mtu-fit").click().run()
    assert not app.exception
    assert asked["train_tasks"] == parameters_of("chosen", "classes", 100)
    assert asked["train_tasks"]["tasks"] == ("classes",)
    page = plain(text(app))
    assert "Yours (classes alone, 100 steps):" in page
    assert "The recorded network above (classes alone):" in page
    assert text(app).count("This network has no such output") == 4


def test_a_network_that_finds_no_instance_says_so(visit, text, finished):
    results, _ = finished
    blind = TaskNet(TASKS).eval()
    with torch.no_grad():
        for parameter in blind.parameters():
            parameter.zero_()
    assert not read_scene(blind, street(FIRST, 0.0, 0.0)).maps.instances.any()
    curves = {"losses": ((1.0,) * 3,), "task_weights": ((1.0,) * 3,), "log_variances": ()}
    results["train_tasks"] = TaskTraining(model=blind, scenes=200, **curves)
    app = visit("multi-task-uncertainty", mtu_weights="equal", mtu_train="learned variances")
    assert "No instance" not in text(app)
    app.button(key="run-mtu-fit").click().run()
    assert not app.exception
    page = plain(text(app))
    assert "No instance found." in page
    assert "No instance is found yet." in page
    assert "Yours (learned variances, 100 steps):" in page
    assert "The recorded network above (equal weights):" in page


@pytest.mark.parametrize("way", WAYS)
def test_an_interval_of_one_value_is_written_once(way, visit, text):
    page = plain(text(visit("multi-task-uncertainty", mtu_way=METHODS[way].title)))
    said = re.search(r"At the end, mean( \(lowest to highest\))? of (\d) seeds: (.*?)\.<", page)
    assert int(said[2]) == task_record().study.seeds
    assert (said[1] is not None) == (" to " in said[3])
    assert not re.search(r"\((\S+) to \1\)", page)


def test_labels_of_the_chart_do_not_lie_on_the_line_at_zero():
    chart = tradeoff_chart(defaultdict(lambda: "red"), (-0.5, 0.2)).to_dict()
    marks = [layer["mark"] for layer in chart["layer"]]
    written = [mark for mark in marks if mark["type"] == "text"]
    assert written
    for mark in written:
        assert mark["align"] == {"expr": "datum.gain > 0 ? 'left' : 'right'"}
        assert mark["dx"] == {"expr": "datum.gain > 0 ? 4 : -4"}


def test_losses_begin_at_one_and_end_where_the_training_is():
    curves = TaskCurves(
        losses=((2.0, 4.0), (1.0, 5.0)), task_weights=((1.0, 1.0),) * 2, log_variances=()
    )
    assert relative_losses(curves) == [[1.0, 1.0], [0.5, 1.25]]
    rows = course_rows(relative_losses(curves), ("classes", "depth"), done=0.4)
    assert rows["training"].tolist() == [0.2, 0.2, 0.4, 0.4]
    assert rows["task"].tolist() == ["classes", "depth"] * 2


@pytest.mark.parametrize("way", ["chosen", *WAYS])
def test_parameters_name_tasks_and_weights_of_the_network(way):
    made = parameters_of(way, "more classes", 50)
    by_hand = way == "chosen"
    assert made["way"] == ("fixed" if by_hand else NETWORKS[way].way)
    assert made["weights"] == ((2.0, 0.5, 0.5) if by_hand else None)
    assert made["steps"] == 50
