from __future__ import annotations

import pytest

from pyfrontiers.vision import CLASS_NAMES, WORDNET_IDS, find_class


def test_names_are_a_thousand_and_unique():
    assert len(CLASS_NAMES) == len(WORDNET_IDS) == 1000
    assert len({name.casefold() for name in CLASS_NAMES}) == 1000
    assert all(name == name.strip() and name for name in CLASS_NAMES)


def test_classes_are_in_the_order_of_the_challenge():
    # ILSVRC 2012 numbers its classes by ascending WordNet identifier.
    assert list(WORDNET_IDS) == sorted(set(WORDNET_IDS))


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (0, "tench"),
        (9, "ostrich"),
        (35, "mud turtle"),
        (134, "crane (bird)"),
        (151, "Chihuahua"),
        (281, "tabby cat"),
        (340, "zebra"),
        (388, "giant panda"),
        (413, "assault rifle"),
        (429, "baseball"),
        (504, "coffee mug"),
        (517, "crane (machine)"),
        (639, "tank suit"),
        (657, "missile"),
        (698, "palace"),
        (764, "rifle"),
        (832, "stupa"),
        (920, "traffic light"),
        (951, "lemon"),
        (967, "espresso"),
        (980, "volcano"),
        (999, "toilet paper"),
    ],
)
def test_known_classes_have_their_index(index, name):
    assert CLASS_NAMES[index] == name


def test_every_name_finds_its_index():
    assert [find_class(name) for name in CLASS_NAMES] == list(range(1000))


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("OSTRICH", 9),
        ("  ostrich ", 9),
        ("Struthio camelus", 9),
        ("great-white-shark", 2),
        ("dromedary", 354),
        (9, 9),
        ("999", 999),
        ("Cardigan", 474),
    ],
)
def test_classes_are_found_by_name_in_any_case_by_synonym_and_by_index(asked, index):
    assert find_class(asked) == index


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ostrch", "must be one of ImageNet's 1000 classes, got 'ostrch'; did you mean 'ostrich'"),
        ("shark", "did you mean 'great white shark' or 'tiger shark'"),
        (
            "crane",
            r"one class, got 'crane', which is two; use 'crane \(bird\)' or 'crane \(machine\)'",
        ),
        ("qqqqqqqq", "got 'qqqqqqqq'; see pyfrontiers.vision.CLASS_NAMES for the list"),
        ("", "^name must be one of ImageNet's 1000 classes, got ''"),
        ("1000", "^name must be a class from 0 to 999, got 1000"),
        (-1, "^name must be a class from 0 to 999, got -1"),
    ],
)
def test_unknown_names_get_did_you_mean_hints(asked, text):
    with pytest.raises(ValueError, match=text):
        find_class(asked)
