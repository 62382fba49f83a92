import json
import math

import pytest

from pyfrontiers.claims import Measurement, reproduce

ROW = {
    "claim",
    "section",
    "statement",
    "paper",
    "recorded",
    "measured",
    "interval",
    "status",
    "seconds",
    "seed",
    "version",
    "summary",
}


def test_reproduce_returns_a_row_of_the_table(use_claims):
    use_claims(C7="pass")
    reports = []
    outcome = reproduce("c7", "full", 5, report=lambda *report: reports.append(report))
    row = outcome.as_json()
    assert set(row) >= ROW
    assert row["claim"] == "C7"
    assert row["section"] == "adversarial-examples"
    assert row["measured"] == 7.0
    assert row["interval"] == [6.0, 8.0]
    assert row["status"] == "pass"
    assert row["summary"] == "It is 7.0."
    assert row["seed"] == 5
    assert row["recorded"] is None
    assert row["seconds"] >= 0
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert reports == [(0.5, "half of it")]


@pytest.mark.parametrize("profile", ["slow", "", None])
def test_unknown_profile_is_rejected(use_claims, profile):
    use_claims(C7="pass")
    with pytest.raises((TypeError, ValueError), match=r"profile must be 'quick' or 'full', got"):
        reproduce("C7", profile)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, True, "0"])
def test_seed_outside_64_bits_is_rejected(use_claims, seed):
    use_claims(C7="pass")
    with pytest.raises((TypeError, ValueError), match=r"seed must be an integer.*, got"):
        reproduce("C7", seed=seed)


def test_measure_must_return_a_measurement(use_claims, monkeypatch):
    from pyfrontiers.claims import reproduction

    use_claims(C7="pass")
    claim = reproduction.CLAIMS["C7"]
    monkeypatch.setitem(claim.__dict__, "measure", lambda **_: 0.97)
    with pytest.raises(TypeError, match="measure of C7 must return a Measurement, got float"):
        reproduce("C7")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"value": math.nan}, "value must be a finite number, got nan"),
        ({"value": {"a": math.inf}}, "value 'a' must be a finite number, got inf"),
        ({"value": "0.9"}, "value must be a number, got '0.9'"),
        ({"value": True}, "value must be a number, got True"),
        ({"interval": (0.0, math.nan)}, "interval must be a finite number, got nan"),
        ({"interval": (0.0,)}, r"interval must be a pair \(lower, upper\) or None, got \(0\.0,\)"),
        (
            {"interval": {"value": (0.0, 1.0)}},
            r"interval must have the names of the value, got \['value'\]",
        ),
        (
            {"value": {"a": 1.0}, "interval": {"b": (0.0, 1.0)}},
            r"interval must have the names of the value, got \['b'\]",
        ),
        (
            {"value": {"a": 1.0}, "interval": {"a": (2.0, 1.0)}},
            r"interval 'a' must have its lower end first, got \(2\.0, 1\.0\)",
        ),
        ({"status": "PASS"}, "status must be 'pass', 'fail' or 'null', got 'PASS'"),
        ({"details": {"x": object()}}, "details must be plain finite JSON values"),
        ({"details": {"x": math.nan}}, "details must be plain finite JSON values"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, dict) else "",
)
def test_invalid_measurement_is_rejected(change, text):
    fields = {"value": 0.9, "interval": None, "status": "pass", "details": {}}
    with pytest.raises(ValueError, match=text):
        Measurement(**{**fields, **change})
