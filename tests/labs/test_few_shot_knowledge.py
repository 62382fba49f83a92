"""Section 19: what a network knows before any point, and the drawings that it reads."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("streamlit")

from pyfrontiers.transfer import (
    FAMILIES,
    GLYPHS,
    GRID,
    glyph_strokes,
    trained_networks,
)
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence import glyphs, prior
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, STEPS
from streamlit_app.labs.toward_general_intelligence.pads import CLASSES, shipped

SLUG = "toward-general-intelligence"
X = np.array(GRID)
NAMES = list(trained_networks("regression"))
LINE = [[[0.2, 0.2], [0.8, 0.8]]]
CROSS = [[[0.2, 0.5], [0.8, 0.5]], [[0.5, 0.2], [0.5, 0.8]]]


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
