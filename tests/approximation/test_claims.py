"""C1 to C4 and C6 pass as claimed, and fail when the experiment behind them is broken."""

from __future__ import annotations

import dataclasses

import pytest

import pyfrontiers.approximation as approximation
from pyfrontiers.approximation import comparison, likelihood
from pyfrontiers.claims import CLAIMS, c03, c06, recorded, reproduce

NAMES = ["C1", "C2", "C3", "C4", "C6"]


def silent(fraction, message="", data=None):
    pass


def status(name):
    return CLAIMS[name].measure(profile="quick", seed=0, report=silent).status


@pytest.mark.long("runs five claims in their quick profile")
@pytest.mark.parametrize("name", NAMES)
def test_quick_run_passes_with_intervals_and_reports_progress(name):
    fractions = []
    outcome = reproduce(name, "quick", 0, report=lambda fraction, *_: fractions.append(fraction))
    assert outcome.status == "pass"
    assert outcome.measurement.interval
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


@pytest.mark.parametrize("name", NAMES)
def test_record_is_a_full_run_that_passed_with_intervals(name):
    record = recorded(name)
    assert record.profile == "full"
    assert record.status == "pass"
    assert record.measurement.interval


def test_recorded_figures_satisfy_the_claims():
    slopes = recorded("C1").measurement.value
    assert slopes["step pairs"] == pytest.approx(-1, abs=0.15)
    assert slopes["ReLU knots"] == pytest.approx(-2, abs=0.2)
    widths = [row["relu"] for row in recorded("C2").measurement.details["rows"]]
    assert widths == sorted(set(widths))
    assert recorded("C3").measurement.value["trained / constructed"] > 1
    assert recorded("C4").measurement.value["outside / inside"] > 10
    value = recorded("C6").measurement.value
    assert value["coverage inside"] == pytest.approx(0.95, abs=0.04)
    assert value["error outside / inside"] > 5


@pytest.fixture
def short(monkeypatch):
    """Shorten C3's training, for runs that should fail anyway."""
    monkeypatch.setattr(c03, "_STEPS", 100)
    monkeypatch.setattr(c03, "_SEEDS", 3)


def test_c1_fails_when_knots_are_no_better_than_steps(monkeypatch):
    builders = {"steps": approximation.step_pairs, "relu": approximation.step_pairs}
    monkeypatch.setattr(approximation, "CONSTRUCTIONS", builders)
    assert status("C1") == "fail"


def test_c1_fails_when_the_width_has_no_effect(monkeypatch):
    stuck = {
        "steps": lambda target, count: approximation.step_pairs(target, 32),
        "relu": approximation.relu_knots,
    }
    monkeypatch.setattr(approximation, "CONSTRUCTIONS", stuck)
    assert status("C1") == "fail"


def test_c2_fails_when_one_width_suits_every_frequency(monkeypatch):
    monkeypatch.setattr(approximation, "least_width", lambda build, target, tolerance: 711)
    assert status("C2") == "fail"


def test_c3_fails_when_the_constructed_network_is_too_narrow(monkeypatch, short):
    construct = comparison.construct
    monkeypatch.setattr(
        comparison, "construct", lambda target, width, activation: construct(target, 2, activation)
    )
    assert status("C3") == "fail"


def test_c4_fails_when_measured_inside_the_training_range(monkeypatch, short):
    monkeypatch.setattr(comparison, "_OUTSIDE", comparison._OUTSIDE - 1)
    assert status("C4") == "fail"


@pytest.fixture(scope="module")
def fit_once():
    """C6's fits, made once: what the tests of C6 break comes after them."""
    fit, found = approximation.fit_likelihood, {}

    def fits(data, *, varying, **settings):
        if varying not in found:
            found[varying] = fit(data, varying=varying, **settings)
        return found[varying]

    return fits


@pytest.fixture
def brief(monkeypatch, fit_once):
    """Limit C6 to one activation and few seeds."""
    monkeypatch.setattr(c06, "_ACTIVATIONS", ("tanh",))
    monkeypatch.setitem(c06._SEEDS, "quick", 3)
    monkeypatch.setattr(approximation, "fit_likelihood", fit_once)


def test_c6_passes_on_few_fits(brief):
    assert status("C6") == "pass"


def test_c6_fails_when_the_band_is_too_narrow(monkeypatch, brief):
    monkeypatch.setattr(likelihood, "BAND", 1.0)
    assert status("C6") == "fail"


def test_c6_fails_when_measured_inside_the_training_range(monkeypatch, brief):
    monkeypatch.setattr(c06, "_OUTSIDE", ((0.0, 0.5), (0.5, 1.0)))
    assert status("C6") == "fail"


def test_c3_judges_every_comparison_of_64_units_or_more(monkeypatch, short):
    good = c03.study((("wavy", 64, "adam"),), seed=0, report=silent)[0]
    narrow = dataclasses.replace(good, width=32, constructed=1.0)
    beaten = dataclasses.replace(good, width=128, constructed=1.0)
    for found, wanted in (([good, narrow], "pass"), ([good, beaten], "fail")):
        monkeypatch.setattr(c03, "study", lambda *_, found=found, **__: found)
        assert status("C3") == wanted
