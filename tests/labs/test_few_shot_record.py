"""Section 19: the map of tasks, the guess and the table, which are the records'."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("streamlit")

from pyfrontiers.claims import recorded
from pyfrontiers.provenance import Provenance
from pyfrontiers.transfer import (
    FAMILIES,
    GRID,
    Similarity,
    trained_networks,
)
from pyfrontiers.uncertainty.metrics import Estimate
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence import similarity
from streamlit_app.labs.toward_general_intelligence.lab import LAB
from streamlit_app.labs.toward_general_intelligence.record import cell, found, table_rows
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
