"""Claim C22: its verdict, and what its sentence says."""

import copy
import math

import pytest

from pyfrontiers.claims import CLAIMS, recorded
from pyfrontiers.claims.c22 import _plain, judge
from pyfrontiers.claims.model import Measurement


def test_claim_needs_both_intervals_above_zero():
    good, even, bad = [1.0, 0.5, 1.5], [0.1, -0.2, 0.4], [-1.0, -1.5, -0.5]
    assert judge({"a": good, "b": good}) == "pass"
    assert judge({"a": good, "b": even}) == "null"
    assert judge({"a": good, "b": bad}) == "fail"


def test_what_is_not_finite_becomes_null():
    found = _plain({"table": {"a": [[math.inf, None, None], [0.123456, 0.1, 0.2]]}, "runs": [1]})
    assert found == {"table": {"a": [[None, None, None], [0.1235, 0.1, 0.2]]}}


def test_record_is_a_full_run_with_five_seeds():
    record = recorded("C22")
    assert record is not None
    details = record.measurement.details
    assert record.profile == "full"
    assert record.status == judge(details["gains"])
    assert details["kinds"]["regression"]["repeats"] >= 5
    assert details["kinds"]["classification"]["repeats"] >= 5
    assert "Outside the family" in record.finding.text


def test_sentence_says_where_a_method_diverges():
    record = recorded("C22")
    assert record is not None
    details = copy.deepcopy(record.measurement.details)
    details["kinds"]["regression"]["table"]["larger"]["maml"][3] = [None, None, None]
    finding = CLAIMS["C22"].describe(Measurement(1.0, None, "pass", details))
    assert "larger amplitudes diverges against" in finding.text
    assert any(figure.value == "diverges" for figure in finding.figures)


@pytest.mark.long("evaluates 11 networks with five seeds")
def test_quick_profile_agrees_with_the_record():
    told = []
    measured = CLAIMS["C22"].measure(
        profile="quick", seed=0, report=lambda fraction, *_: told.append(fraction)
    )
    assert measured.status == "pass"
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
