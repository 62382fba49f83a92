"""Every claim puts its figures into words: a sentence, and a table with short intervals."""

import copy
import dataclasses
import re

import pytest

from pyfrontiers.claims import CLAIMS, Finding, recorded
from pyfrontiers.claims.finding import number, percent, span

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


@pytest.mark.parametrize("name", sorted(set(CLAIMS) - {"C2"}))
def test_other_figures_give_another_sentence(name):
    measured = recorded(name).measurement
    details = halved(copy.deepcopy(measured.details)) | {
        key: measured.details[key] for key in ("shares",) if key in measured.details
    }
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
