"""Claims C15 to C18 pass by their rules with the recorded figures, and fail with others."""

from __future__ import annotations

import copy
import importlib

import pytest

from pyfrontiers.claims import CLAIMS, recorded
from pyfrontiers.reports import silent


@pytest.fixture
def judge(monkeypatch):
    """Return a function that measures a claim whose study finds the given details."""

    def judge(name, details):
        module = importlib.import_module(f"pyfrontiers.claims.c{name[1:]}")
        monkeypatch.setattr(module, "study", lambda **_: details)
        return CLAIMS[name].measure(profile="full", seed=0, report=silent)

    return judge


@pytest.mark.parametrize("name", ["C15", "C16", "C17", "C18"])
def test_recorded_figures_follow_from_the_recorded_study(name, judge):
    record = recorded(name)
    assert record.profile == "full"
    assert judge(name, record.measurement.details) == record.measurement


AUROC = ("auroc", "laplace", "mutual information")


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("C15", ("sum_error",), 2e-6),
        ("C15", ("tasks", "pets", *AUROC), [0.9, 0.49, 1.0]),
        ("C15", ("tasks", "animals", *AUROC), [0.9, 0.49, 1.0]),
        ("C16", ("r_hat", "moons"), 1.05),
        ("C16", ("distances", "HMC again", "spread", 3), 0.1),
        ("C16", ("distances", "SGLD", "spread"), [0.01] * 8),
        ("C17", ("mean", "slope"), -0.39),
        ("C17", ("variance", "slope"), -0.61),
        ("C18", ("ratio", "value"), 1.99),
        ("C18", ("gain", "low"), 0.0),
    ],
)
def test_each_part_of_the_rule_can_fail(name, path, value, judge):
    details = copy.deepcopy(recorded(name).measurement.details)
    place = details
    for key in path[:-1]:
        place = place[key]
    assert place[path[-1]] != value
    place[path[-1]] = value
    assert judge(name, details).status == "fail"
