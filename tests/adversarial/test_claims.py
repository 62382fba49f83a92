"""C7 and C8 pass on what they claim, and fail when the experiment behind them is broken."""

from __future__ import annotations

import dataclasses

import pytest

from pyfrontiers.claims import CLAIMS, c07, c08, recorded, reproduce


def told(report):
    def tell(fraction, message="", data=None):
        report.append(fraction)

    return tell


@pytest.mark.parametrize("name", ["C7", "C8"])
def test_a_quick_run_passes_and_tells_its_progress(name):
    fractions = []
    outcome = reproduce(name, "quick", 0, report=told(fractions))
    assert outcome.status == "pass"
    assert outcome.section == "adversarial-examples"
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


@pytest.mark.parametrize("name", ["C7", "C8"])
def test_the_record_is_a_full_run_that_passed(name):
    record = recorded(name)
    assert record.profile == "full"
    assert record.status == "pass"


def test_the_records_figures_are_those_of_the_claim():
    value = recorded("C7").measurement.value
    assert value["P(ostrich)"] >= 0.97
    assert value["SSIM"] >= 0.95
    assert value["L-infinity in grey levels"] <= 4
    assert len(recorded("C7").measurement.details["random starts"]["P"]) == 20


@pytest.fixture(scope="module")
def temple():
    return c07.study(starts=0, seed=0, report=told([]))[0]


def test_c7_fails_without_enough_room(monkeypatch):
    monkeypatch.setattr(c07, "_EPSILON", 0.2 / 255)
    measured = CLAIMS["C7"].measure(profile="quick", seed=0, report=told([]))
    assert measured.status == "fail"


@pytest.mark.parametrize(
    "change",
    [{"ssim": 0.94}, {"saved_ssim": 0.94}, {"linf": 4.001 / 255}, {"losses": (0.0,) * 22}],
    ids=["similarity", "similarity of the file", "distance", "steps"],
)
def test_c7_holds_every_run_to_every_limit(temple, change):
    assert c07._passes(temple)
    assert not c07._passes(dataclasses.replace(temple, **change))


def test_c8_fails_when_the_attack_goes_downhill(monkeypatch):
    upwards = c08.raise_over_input

    def downwards(model, x, y, *, steps):
        found = upwards(model, x, y, steps=steps)
        return dataclasses.replace(found, losses=found.losses.flip(0))

    monkeypatch.setattr(c08, "raise_over_input", downwards)
    measured = CLAIMS["C8"].measure(profile="quick", seed=0, report=told([]))
    assert measured.status == "fail"
