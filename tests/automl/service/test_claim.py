"""Claim C21: its verdict needs equal predictions elsewhere and more than the trivial accuracy."""

import copy

import pytest

from pyfrontiers.claims import recorded
from pyfrontiers.claims.c21 import judge, measure_data_set


@pytest.fixture(scope="module")
def details():
    return recorded("C21").measurement.details


def test_record_is_a_full_run_and_its_verdict_follows_from_its_figures(details):
    record = recorded("C21")
    assert record.profile == "full"
    assert set(details["sets"]) == {"breast cancer", "iris", "digits"}
    assert record.status == judge(details["sets"])


@pytest.mark.parametrize(
    "change", [{"same classes": False}, {"difference": 1e-3}, {"most frequent class": 0.99}]
)
def test_one_bad_data_set_refutes_the_claim(details, change):
    changed = copy.deepcopy(details["sets"])
    for each in changed.values():
        each |= {"same classes": True, "difference": 0.0, "span": [0.9, 1.0]}
        each["most frequent class"] = 0.4
    assert judge(changed) == "pass"
    changed["iris"] |= change
    assert judge(changed) == "fail"


@pytest.mark.usefixtures("process")
def test_data_set_is_fitted_exported_and_predicted_elsewhere():
    told = []
    found = measure_data_set("iris", children=1, seed=1, report=lambda *news: told.append(news[0]))
    assert told
    assert found["same classes"]
    assert found["accuracy"] > 0.5
    assert (found["examples"], found["test"], found["classes"]) == (150, 30, 3)
