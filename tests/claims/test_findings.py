"""Every claim puts its figures into words: a sentence, and a table with short intervals."""

import copy
import dataclasses
import math
import re

import pytest

from pyfrontiers.claims import CLAIMS, Figure, Finding, recorded
from pyfrontiers.claims.finding import number, percent, side_by_side, span

DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def significant(text):
    """Count the significant digits of a number; trailing zeros of an integer do not count."""
    digits = text.replace(",", "")
    if "." in digits:
        return len(digits.replace(".", "").lstrip("0"))
    return len(digits.strip("0"))


@pytest.mark.parametrize("name", list(CLAIMS))
def test_sentence_is_a_full_sentence_with_a_bold_figure(name):
    finding = recorded(name).finding
    assert re.fullmatch(r"[A-Z].*\.", finding.text)
    assert any(bold for _, bold in finding.parts)


@pytest.mark.parametrize("name", list(CLAIMS))
def test_intervals_have_at_most_two_significant_digits(name):
    for figure in recorded(name).finding.figures:
        for end in DIGITS.findall(figure.interval):
            assert significant(end) <= 2, (figure.name, figure.interval)


@pytest.mark.parametrize("name", list(CLAIMS))
def test_statement_and_rule_fit_into_the_card(name):
    claim = CLAIMS[name]
    assert claim.statement.endswith(".")
    for rule in filter(None, (claim.rule, claim.own_data_rule)):
        assert rule[0].islower()  # the card adds "Passes if" and the period
        assert not rule.endswith(".")


def halved(value):
    """Halve every number in a measurement's value and details, at any depth."""
    if isinstance(value, float):
        return value / 2
    if isinstance(value, dict):
        return {key: halved(inside) for key, inside in value.items()}
    return [halved(inside) for inside in value] if isinstance(value, list) else value


def other_details(measured):
    """Halve the figures in a measurement's details; the shares of C13 are its settings."""
    kept = {key: measured.details[key] for key in ("shares",) if key in measured.details}
    return halved(copy.deepcopy(measured.details)) | kept


@pytest.mark.parametrize("name", list(CLAIMS))
def test_names_of_figures_do_not_depend_on_the_figures(name):
    """Otherwise a measured figure would not find the recorded one in `reproduce`."""
    found = recorded(name)
    other = dataclasses.replace(found.measurement, details=other_details(found.measurement))
    rows = side_by_side(CLAIMS[name].describe(other), found.finding)
    assert all(measured and on_record for _, measured, on_record in rows)
    assert len(rows) == len(found.finding.figures)


def test_figures_stand_next_to_the_recorded_ones():
    ours = Finding("One.", (Figure("a", "1 %", "0 to 2 %"), Figure("b", "2")))
    theirs = Finding("Two.", (Figure("c", "4"), Figure("a", "3 %")))
    assert side_by_side(ours, theirs) == [
        ("a", "1 % (0 to 2 %)", "3 %"),
        ("b", "2", ""),
        ("c", "", "4"),
    ]
    assert side_by_side(ours, None)[0] == ("a", "1 % (0 to 2 %)", "")
    with pytest.raises(ValueError, match=r"figures must have different names, got twice \['a'\]"):
        Finding("One.", (Figure("a", "1"), Figure("a", "2")))


@pytest.mark.parametrize("name", sorted(set(CLAIMS) - {"C2"}))
def test_other_figures_give_another_sentence(name):
    measured = recorded(name).measurement
    details = other_details(measured)
    changed = dataclasses.replace(measured, value=halved(measured.value), details=details)
    assert CLAIMS[name].describe(changed).text != recorded(name).finding.text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4013, "0.40"),
        (-0.9963, "−1.0"),
        (1234.0, "1,200"),
        (0.0616, "0.062"),
        (99.6, "100"),
        (0, "0"),
        (-0.0, "0"),
        (math.nan, "nan"),
        (-math.inf, "−inf"),
    ],
)
def test_number_has_two_significant_digits_and_no_exponent(value, text):
    assert number(value) == text


def test_percent_and_span():
    assert percent(0.9993, 4) == "99.93 %"
    assert span((0.2266, 0.2621), scale=100, unit=" %") == "23 to 26 %"


@pytest.mark.parametrize("sentence", ["", " ", "two\nlines", "one **mark"])
def test_malformed_sentence_is_rejected(sentence):
    with pytest.raises(ValueError, match=r"sentence must .*, got"):
        Finding(sentence)


def test_bold_parts_are_between_double_asterisks():
    finding = Finding("It is **13 times** larger.")
    assert finding.parts == (("It is ", False), ("13 times", True), (" larger.", False))
    assert finding.text == "It is 13 times larger."
