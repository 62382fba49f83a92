"""The experiment of section 19: points, priors, drawings, the map of tasks and the record."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

pytest.importorskip("streamlit")

from pyfrontiers.claims import recorded
from pyfrontiers.provenance import Provenance
from pyfrontiers.transfer import (
    FAMILIES,
    GLYPHS,
    GRID,
    REACH,
    Similarity,
    glyph_strokes,
    trained_networks,
)
from pyfrontiers.uncertainty.metrics import Estimate
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence import glyphs, prior, similarity
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, STEPS
from streamlit_app.labs.toward_general_intelligence.curves import curves_of
from streamlit_app.labs.toward_general_intelligence.examples import EXAMPLES, example
from streamlit_app.labs.toward_general_intelligence.lab import LAB
from streamlit_app.labs.toward_general_intelligence.pads import CLASSES, shipped
from streamlit_app.labs.toward_general_intelligence.panels import Panel, panels_html
from streamlit_app.labs.toward_general_intelligence.points import read_points, top_of, written
from streamlit_app.labs.toward_general_intelligence.record import cell, found, table_rows
from streamlit_app.labs.toward_general_intelligence.sayings import errors_of, verdict_of
from streamlit_app.labs.toward_general_intelligence.similarity import (
    family_text,
    help_rows,
    told,
)

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


def test_change_of_a_curve_is_measured_and_sines_are_told_apart(monkeypatch):
    start = prior.prior_of.__wrapped__("maml", 1).start
    waves = [2 * np.sin(X + 1), 3 * np.cos(X), np.full_like(X, np.inf)]
    monkeypatch.setattr(prior, "prior_curves", lambda *_, **__: np.stack(waves) + start)
    found = prior.prior_of.__wrapped__("maml", 1)
    assert len(found.answers) == 2
    assert found.sine == pytest.approx(1)
    assert found.change == pytest.approx(np.sqrt(np.square(waves[:2]).mean()))
    monkeypatch.setattr(prior, "prior_curves", lambda *_, **__: np.sin(2 * X)[None] + start)
    assert prior.prior_of.__wrapped__("maml", 1).sine < 0.1


def test_mean_of_the_family_is_that_of_many_curves():
    family = FAMILIES["standard"]
    rng = np.random.default_rng(0)
    a, b = (rng.uniform(*ends, size=20_000) for ends in (family.amplitude, family.phase))
    drawn = np.mean(a[:, None] * np.sin(X[::20] + b[:, None]), 0)
    # Standard error at most 0.021: five of them are exceeded once in a million.
    assert abs(drawn - prior.mean_curve()[::20]).max() < 0.11


def test_prior_tells_what_each_method_knows(visit, text):
    app = visit(SLUG, tgi_part="Before any point")
    assert not app.exception
    page = text(app)
    ours, joint = (prior.prior_of(name, 1) for name in ("maml", "fine-tuning"))
    assert f"changes by <strong>{ours.change:.2f}</strong>" in page
    assert ours.change > joint.change
    assert ours.sine > joint.sine
    app.segmented_control(key="tgi-prior-steps").set_value(10).run()
    assert not app.exception
    assert f"changes by <strong>{prior.prior_of('maml', 10).change:.2f}</strong>" in text(app)


def test_shipped_drawings_are_glyphs_that_no_network_has_learned():
    seen = set()
    for sample in SAMPLES:
        six, ten, answer = shipped(sample)
        assert (len(six), len(ten)) == (len(CLASSES) + 1, 10)
        assert six[-1] == ten[2 * answer + 1] != six[answer]
        assert all(0 <= v <= 1 for one in ten for stroke in one for point in stroke for v in point)
        seen |= {str(one) for one in six[:-1]}
    assert len(seen) == GLYPHS["test"][1]
    strokes = glyph_strokes(GLYPHS["test"][0], 1, 1)[0][0, 0]
    there = strokes[~strokes[:, 0, 0].isnan()].clamp(0, 1)
    assert np.array(shipped(0)[0][0]) == pytest.approx(there.numpy(), abs=6e-4)


def test_drawings_are_read_and_the_right_answers_counted(visit, text):
    six, _, answer = shipped(0)
    found = glyphs.read(six)
    assert list(found) == list(trained_networks("classification"))
    assert all(rows.shape == (len(STEPS), len(CLASSES)) for rows in found.values())
    right = sum(int(rows[1].argmax()) == answer for rows in found.values())
    line, _ = glyphs.said(found, answer)
    assert line == (
        f"After one step, **{right} of {len(found)}** methods read class **{CLASSES[answer]}**, "
        "which is right."
    )
    assert kit.rich(line) in text(visit(SLUG, tgi_part="Five drawings"))
    assert "which is right" not in glyphs.said(found, None)[0]


def test_methods_that_change_their_answer_are_named():
    sure = np.tile([0.6, 0.1, 0.1, 0.1, 0.1], (len(STEPS), 1))
    turning = sure.copy()
    turning[-1] = sure[-1, ::-1]
    line, more = glyphs.said({"maml": sure, "anil": sure, "reptile": turning}, None)
    assert line == "After one step, **3 of 3** methods read class **A**."
    assert "these give another answer: Reptile." in more
    markup = glyphs.readings_html({"maml": turning})
    assert markup.count("class=best>60<") == len(STEPS)


@pytest.mark.parametrize(
    ("drawings", "sentence"),
    [
        ([LINE, CROSS, [], [], [], []], "the last field must hold a drawing to be read, got an"),
        ([[], [], CROSS, [], [], LINE], "drawings of at least two classes, got class C only"),
        ([[], [], [], [], [], LINE], "drawings of at least two classes, got none"),
        (
            [LINE, CROSS, [], [], [], [[[0.5, math.nan]]]],
            "must be a finite number, got nan",
        ),
    ],
)
def test_bad_drawings_are_answered_by_a_sentence(visit, text, drawings, sentence):
    with pytest.raises(ValueError, match=sentence):
        glyphs.read(drawings)
    app = visit(SLUG, tgi_part="Five drawings")
    app.session_state["tgi-pads-kept"] = (0, drawings)
    app.run()
    assert not app.exception
    assert 'role="alert"' in text(app)


def record_of(help_for):
    """A record of the similarity of all families, from a function of their positions."""
    names = tuple(FAMILIES)
    shares = {
        a: {b: Estimate(help_for(i, j), -12.0, 0.95) for j, b in enumerate(names)}
        for i, a in enumerate(names)
    }
    return Similarity(names, shares, 10, Provenance("2026-01-02"))


@pytest.mark.parametrize(
    ("worst", "cell_text", "sentence"),
    [
        (-0.5, "\N{MINUS SIGN}50 %", "makes the error on other phases 1.5 times as large;"),
        (-99.0, "< \N{MINUS SIGN}999 %", "makes the error on other phases 100 times as large;"),
        (-math.inf, "< \N{MINUS SIGN}999 %", "mixed frequencies, a run diverges on other phases;"),
        (0.1, "10 %", "The least is 10\N{NO-BREAK SPACE}%, from mixed frequencies to other phases"),
    ],
)
def test_map_of_tasks_names_the_best_and_the_worst_pair(worst, cell_text, sentence):
    special = {(5, 1): worst, (0, 3): 0.875}
    record = record_of(lambda i, j: special.get((i, j), 0.9 if i == j else 0.25))
    rows = help_rows(record).set_index(["learned", "new task"])
    assert len(rows) == len(FAMILIES) ** 2
    assert rows.loc[("standard", "slower"), "help"] == 0.875
    assert rows.loc[("mixed", "phases"), "text"] == cell_text
    assert rows["shade"].between(-1, 1).all()
    line, more = told(record)
    assert line.startswith("Training on the standard curves removes **88")
    assert line.endswith("** of the error on lower frequencies.")
    assert sentence in more
    assert "same family it is 90" in more


def test_map_of_tasks_is_drawn_from_the_record(visit, text, monkeypatch):
    record = record_of(lambda i, j: 0.5 - 0.1 * abs(i - j))
    monkeypatch.setattr(similarity, "similarity_record", lambda: record)
    assert kit.rich(told(record)[0]) in text(visit(SLUG))

    def missing():
        raise FileNotFoundError

    monkeypatch.setattr(similarity, "similarity_record", missing)
    assert "What helps what?" not in text(visit(SLUG))


def test_families_are_told_by_what_distinguishes_them():
    assert family_text("larger") == "**larger** a from 5 to 10"
    assert family_text("standard") == "**standard** a from 0.1 to 5, b from 0 to π, f = 1"
    assert family_text("mixed") == "**mixed** b from 0 to 2 π, f from 0.5 to 2"


def test_guess_is_answered_by_the_record():
    table = recorded("C22").measurement.details["kinds"]["regression"]["table"]["faster"]
    assert LAB.guess.answers[LAB.guess.right] == "it is worse"
    for ours, theirs in zip(table["maml"], table["scratch"], strict=True):
        assert ours[1] > theirs[2]


def test_table_of_the_claim_is_the_record(visit, text):
    details = recorded("C22").measurement.details
    app = visit(SLUG, tgi_family="Higher frequency")
    page = text(app)
    for rows in table_rows(details, "faster"):
        assert f'<th scope="row">{rows[0]}</th>' in page
    value, low, high = details["kinds"]["regression"]["table"]["faster"]["maml"][1]
    shown = table_rows(details, "faster")[0][2]
    assert shown.startswith(f"{value:.2f} (" if value < 10 else f"{value:,.1f} (")
    assert cell([0.5, 0.25, 0.75], share=True).replace("\N{NO-BREAK SPACE}", " ") == (
        "50.0 % (25.0 to 75.0)"
    )
    for diverged in (None, 1e67):
        assert cell([diverged, None, None], share=False) == "diverges"
    assert low <= value <= high
    inside = details["kinds"]["regression"]["table"]["standard"]["maml"][1][0]
    assert f"**{inside:.2f}** after one step" in found()
    digits = text(visit(SLUG, tgi_family="Handwritten digits"))
    assert "Handwritten digits: accuracy after steps on five examples of each class" in digits
