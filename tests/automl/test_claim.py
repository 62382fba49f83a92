"""Claim C20: its verdict, and what its sentence says of better searches."""

import copy

import pytest

from pyfrontiers.claims import CLAIMS, recorded
from pyfrontiers.claims.c20 import TITLES, _judge, study
from pyfrontiers.claims.model import Measurement


@pytest.fixture(scope="module")
def found():
    told = []
    details = study(
        runs=4,
        trainings=24,
        optuna_runs=0,
        seed=1,
        report=lambda *news: told.append(news[0]),
    )
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    return details


def judged(details, **changes):
    changed = copy.deepcopy(details)
    changed["searches"]["reinforce"].update({k: v for k, v in changes.items() if k != "rise"})
    changed["mass"]["reinforce"]["rise"] = changes.get("rise", 25.0)
    return _judge(changed)


def test_claim_needs_less_regret_a_small_p_and_the_rise(found):
    good = {"difference": -0.01, "p": 0.001}
    assert judged(found, **good) == "pass"
    assert judged(found, **good, rise=19.0) == "fail"
    assert judged(found, difference=-0.01, p=0.02) == "fail"
    assert judged(found, difference=0.01, p=0.001) == "fail"


def test_sentence_names_every_search_that_is_better(found):
    changed = copy.deepcopy(found)
    for each in changed["searches"].values():
        each["curve"] = [0.02] * len(found["budgets"])
    place = found["budgets"].index(20)
    changed["searches"]["evolution"]["curve"][place] = 0.01
    sentence = CLAIMS["C20"].describe(Measurement(1.0, None, "pass", changed)).text
    assert "controller: after 20 children regularised evolution" in sentence
    changed["searches"]["evolution"]["curve"][place] = 0.03
    sentence = CLAIMS["C20"].describe(Measurement(1.0, None, "pass", changed)).text
    assert "controller: after 20 children none" in sentence


def test_study_has_every_search_and_curves_fall(found):
    assert set(found["searches"]) == set(TITLES) - {"tpe", "nsga2"}
    assert found["judged"] == 24
    assert found["searches"]["random"]["difference"] == 0
    assert found["searches"]["random"]["p"] == 1
    random = found["searches"]["random"]["regret"]
    for each in found["searches"].values():
        assert each["difference"] == pytest.approx(each["regret"] - random, abs=1e-4)
        assert len(each["curve"]) == len(found["budgets"])
        assert each["curve"][-1] <= each["curve"][0]
        low, high = each["regret_span"]
        assert low <= each["regret"] <= high
    mass = found["mass"]["reinforce"]
    assert mass["children"] == [0, 4, 8, 12, 16, 20, 24]
    assert mass["rise"] == pytest.approx(mass["mean"][-1] / mass["mean"][0], rel=1e-3)


def test_record_is_a_full_run_with_every_search():
    record = recorded("C20")
    assert record is not None
    details = record.measurement.details
    assert set(details["searches"]) == set(TITLES)
    assert details["runs"] >= 200
    assert record.status == _judge(details)
