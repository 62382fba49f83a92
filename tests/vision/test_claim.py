"""C15: probabilities sum to one, and disagreement tells strangers from known photographs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from one_thread import one_thread as one_thread

from pyfrontiers.claims import CLAIMS
from pyfrontiers.reports import silent
from pyfrontiers.uncertainty import head
from pyfrontiers.uncertainty.head import doubt
from pyfrontiers.vision import heads


def test_quick_run_passes_and_reports_progress():
    fractions = []
    measured = CLAIMS["C15"].measure(
        profile="quick",
        seed=0,
        report=lambda fraction, message="", data=None: fractions.append(fraction),
    )
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    found = measured.details
    assert found["sum_error"] <= 1e-6
    for task, kept in found["tasks"].items():
        assert kept["known"] == list(heads.TASKS[task].photographs)
        assert kept["strangers"] == list(heads.TASKS[task].strangers)
        area, low, high = kept["auroc"]["laplace"]["mutual information"]
        assert measured.value[f"AUROC, {task}"] == area
        assert measured.interval[f"AUROC, {task}"] == (low, high)
        assert 0.5 < low < area <= high
    words = CLAIMS["C15"].describe(measured)
    strangers = len(heads.TASKS["animals"].strangers)
    assert f"tells {strangers} strangers from 13 birds and hoofed animals" in words.text
    # Four measures of a head for each task, and three of the ImageNet classifier.
    assert sum(figure.name.startswith("AUROC") for figure in words.figures) == 11


def _scaled(*arguments, **options):
    found = doubt(*arguments, **options)
    return replace(found, samples=1.0001 * found.samples)


@pytest.fixture
def short(monkeypatch):
    """Show the heads every eighth stranger."""
    tasks = {
        name: replace(task, strangers=task.strangers[::8]) for name, task in heads.TASKS.items()
    }
    monkeypatch.setattr(heads, "TASKS", tasks)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(partial(doubt, samples=1), id="one draw cannot disagree"),
        pytest.param(_scaled, id="probabilities sum to 1.0001"),
    ],
)
def test_c15_fails_when_the_heads_are_broken(broken, short, monkeypatch):
    monkeypatch.setattr(head, "doubt", broken)
    measured = CLAIMS["C15"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
