"""C7 and C8 pass as claimed, and fail when the experiment behind them is broken."""

from __future__ import annotations

import dataclasses

import pytest

from pyfrontiers.claims import CLAIMS, c07, c08, recorded, reproduce


def recording(report):
    def record(fraction, message="", data=None):
        report.append(fraction)

    return record


@pytest.mark.parametrize("name", ["C7", "C8"])
def test_quick_run_passes_and_reports_progress(name):
    fractions = []
    outcome = reproduce(name, "quick", 0, report=recording(fractions))
    assert outcome.status == "pass"
    assert outcome.section == "adversarial-examples"
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


@pytest.mark.parametrize("name", ["C7", "C8"])
def test_record_is_a_full_run_that_passed(name):
    record = recorded(name)
    assert record.profile == "full"
    assert record.status == "pass"


def test_recorded_figures_satisfy_the_claim():
    value = recorded("C7").measurement.value
    assert value["P(ostrich)"] >= 0.97
    assert value["SSIM"] >= 0.95
    assert value["L-infinity in grey levels"] <= 4
    assert len(recorded("C7").measurement.details["random starts"]["P"]) == 20


@pytest.fixture(scope="module")
def temple():
    return c07.study(starts=0, seed=0, report=recording([]))[0]


def test_c7_fails_when_epsilon_is_too_small(monkeypatch):
    monkeypatch.setattr(c07, "_EPSILON", 0.2 / 255)
    measured = CLAIMS["C7"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status == "fail"


@pytest.mark.parametrize(
    "change",
    [{"ssim": 0.94}, {"saved_ssim": 0.94}, {"linf": 4.001 / 255}, {"losses": (0.0,) * 22}],
    ids=["ssim", "ssim of the file", "distance", "steps"],
)
def test_c7_checks_every_limit_of_every_run(temple, change):
    assert c07._passes(temple)
    assert not c07._passes(dataclasses.replace(temple, **change))


def test_c8_fails_when_the_attack_lowers_the_loss(monkeypatch):
    ascend = c08.raise_over_input

    def descend(model, x, y, *, steps):
        found = ascend(model, x, y, steps=steps)
        return dataclasses.replace(found, losses=found.losses.flip(0))

    monkeypatch.setattr(c08, "raise_over_input", descend)
    measured = CLAIMS["C8"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status == "fail"
