"""The experiment of section 16: probabilities, children and their drawings match the run."""

from __future__ import annotations

import pytest

pytest.importorskip("streamlit")

import numpy as np
import torch

from pyfrontiers.automl import Learning, Reinforce
from pyfrontiers.automl.benchmark import benchmark, trace_controller
from pyfrontiers.kernels import fold_in
from streamlit_app import kit
from streamlit_app.labs.automl_controller.controls import BATCH, FIRST, UPDATES, first_trace
from streamlit_app.labs.automl_controller.reading import (
    best_mass,
    child_of,
    choice_rows,
    moment_rows,
    reward_rows,
)


def test_trace_is_a_distribution_over_the_space_and_its_children_are_those_of_the_search():
    space = benchmark().space
    trace = trace_controller(updates=2, batch=3, seed=5)
    np.testing.assert_allclose(trace.probability.sum(1), 1, rtol=1e-5)
    own = fold_in(5, 0)
    search = Reinforce(space, seed=own, learning=Learning(batch=3))
    first = [space.index(proposal.architecture) for proposal in search.ask(3)]
    assert trace.rows[0].tolist() == first


def test_an_update_moves_probability_towards_children_above_the_baseline():
    trace = trace_controller(updates=1, batch=8, seed=3)
    change = np.log(trace.probability[1] / trace.probability[0])[trace.rows[0]]
    above, below = trace.advantages[0].argmax(), trace.advantages[0].argmin()
    assert change[above] > change[below]
    assert trace.advantages.mean() == pytest.approx(0, abs=1e-6)


def test_softmax_probabilities_multiply_to_that_of_the_child():
    space, trace = benchmark().space, first_trace()
    row = int(trace.rows[30, 2])
    found = trace.conditionals(30, row, space)
    product = np.prod([share[k] for share, k in zip(found, space.architecture(row), strict=True)])
    assert product == pytest.approx(trace.probability[30, row], rel=1e-4)
    assert len(choice_rows(trace, 30, row)) == len(space.tokens)


def test_first_run_finds_the_best_and_seed_0_needs_entropy():
    assert best_mass(first_trace(), UPDATES) > 20 * best_mass(first_trace(), 0)
    stuck = trace_controller(batch=BATCH, updates=UPDATES, rate=FIRST.rate, seed=0)
    helped = trace_controller(batch=BATCH, updates=UPDATES, rate=FIRST.rate, seed=0, entropy=0.03)
    assert best_mass(stuck, UPDATES) < best_mass(stuck, 0)
    assert best_mass(helped, UPDATES) > 20 * best_mass(helped, 0)


def test_bars_fill_the_axis_and_mark_the_child():
    trace = first_trace()
    rows = moment_rows(trace, 12, 700)
    assert rows.groupby("choice")["probability"].sum().to_numpy() == pytest.approx(1, abs=1e-5)
    assert rows["child"].sum() == len(benchmark().space.tokens)
    chosen = rows[rows["child"]].set_index("choice")["value"]
    assert chosen["layer 1: filters"] == "4"
    assert chosen["layer 2: reads layer 1"] == "no"


def test_child_is_what_the_benchmark_says():
    trace, table = first_trace(), benchmark()
    child = child_of(trace, 7, 1)
    assert child.row == trace.rows[7, 1]
    assert child.reward in table.validation[child.row, :, -1]
    model = table.space.build(table.space.architecture(child.row))
    assert child.cost.parameters == sum(each.numel() for each in model.parameters())
    assert child.after == trace.probability[8, child.row]


@pytest.mark.parametrize("reads", [0, 1])
def test_drawing_has_an_arrow_for_each_thing_read(reads):
    space = benchmark().space
    row = space.index((1, 0, 2, 1, 0, 1, 0, 0, reads))
    child = space.architecture(row)
    drawn = kit.child_svg(space, child)
    # Chain: image, layer 1, layer 2, average, linear. Otherwise both layers read the image.
    assert drawn.count('class="edge"') == (4 if reads else 5)
    assert "layer 1: 8 filters 3 × 1" in drawn
    assert "4 × 4 × 8" in drawn
    words = "reads layer 1" if reads else "stride 1 and reads the image"
    assert words in kit.described_child(space, child)
    shape = torch.zeros(1, *space.shape)
    assert space.build(space.architecture(row))(shape).shape == (1, 10)


def test_every_child_has_a_point():
    rows = reward_rows(first_trace(), 12)
    assert len(rows) == UPDATES * BATCH
    assert (rows["children"] == "this update").sum() == BATCH


def test_steps_and_addresses(visit, text):
    app = visit("automl-controller", ac_updates="20", ac_child="3")
    assert "After 20 updates" in text(app)
    assert f"{100 * child_of(first_trace(), 20, 2).reward:.1f}" in text(app)
    app.button(key="ac-next").click().run()
    assert app.slider(key="ac-updates").value == 21
    app.button(key="ac-back").click().run()
    assert app.slider(key="ac-updates").value == 20


def test_playing_goes_on_and_stops_at_the_end(visit, text):
    app = visit("automl-controller", ac_updates=str(UPDATES - 2))
    app.button(key="ac-play").click().run()
    assert app.slider(key="ac-updates").value == UPDATES - 1
    assert app.button(key="ac-play").label == "Pause"
    app.run()
    assert app.button(key="ac-play").label == "Play"
    app.button(key="ac-play").click().run()
    assert app.slider(key="ac-updates").value == 0


def test_figures_of_other_settings_are_announced_after_a_failure(visit, text, monkeypatch):
    class Failed:
        state, done, label, error = "failed", True, "Training the controller", "out of memory"

    monkeypatch.setattr("streamlit_app.kit.job.submit", lambda *_, **__: Failed())
    monkeypatch.setattr("streamlit_app.kit.job.recall", lambda *_, **__: None)
    shown = text(visit("automl-controller", ac_seed="0"))
    assert "out of memory" in shown
    assert "The figures below are from other settings" in shown
    assert "With other settings, after" in shown
    assert "other settings" not in text(visit("automl-controller"))


def test_figures_of_other_settings_are_announced_while_a_run_is_under_way(visit, text, monkeypatch):
    class Progress:
        fraction, message, data = 0.4, "update 20 of 50", None

    class Running:
        state, done, label, seconds, error = "running", False, "Training the controller", 1.0, ""
        progress, ahead = Progress, 0

        def cancel(self):
            """End nothing."""

    monkeypatch.setattr("streamlit_app.kit.job.submit", lambda *_, **__: Running())
    monkeypatch.setattr("streamlit_app.kit.job.recall", lambda *_, **__: None)
    app = visit("automl-controller", ac_seed="0")
    assert not app.exception
    assert "With other settings, after 12 updates, the best" in text(app)


def test_other_settings_are_run(visit, text, finished):
    results, asked = finished
    results["trace_controller"] = first_trace()
    app = visit("automl-controller", ac_seed="0", ac_rate="0.03")
    assert not app.exception
    assert asked["trace_controller"] == {
        "batch": BATCH,
        "updates": UPDATES,
        "rate": 0.03,
        "entropy": 0.0,
        "seed": 0,
    }
    assert "other settings" not in text(app)
