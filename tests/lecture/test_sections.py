"""The order of the lecture, its parts, slugs and claims."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from pyfrontiers.lecture import PARTS, SECTIONS, section

ORDER = (
    ("Opening", "welcome", ()),
    ("Opening", "progress-so-far", ()),
    ("Limitations", "universal-approximation", ("C1", "C2", "C3", "C4")),
    ("Limitations", "hype-and-winters", ()),
    ("Limitations", "rethinking-generalization", ("C5",)),
    ("Limitations", "function-approximators", ("C6",)),
    ("Limitations", "adversarial-examples", ("C7", "C8")),
    ("Limitations", "robust-adversarial-examples", ("C9", "C10")),
    ("Limitations", "limitations-summary", ("C11", "C12", "C13", "C14")),
    ("Uncertainty", "probability-and-uncertainty", ("C15",)),
    ("Uncertainty", "bayesian-neural-networks", ("C16",)),
    ("Uncertainty", "dropout-sampling", ("C17",)),
    ("Uncertainty", "depth-uncertainty", ("C18",)),
    ("Uncertainty", "multi-task-uncertainty", ("C19",)),
    ("Learning to learn", "learning-to-learn", ()),
    ("Learning to learn", "automl-controller", ()),
    ("Learning to learn", "child-networks", ("C20",)),
    ("Learning to learn", "automl-service", ("C21",)),
    ("Learning to learn", "toward-general-intelligence", ("C22",)),
)


def test_sections_are_in_the_lectures_order():
    assert tuple((s.part, s.slug, s.claims) for s in SECTIONS) == ORDER
    assert [s.number for s in SECTIONS] == list(range(1, 20))
    assert PARTS == ("Opening", "Limitations", "Uncertainty", "Learning to learn")


def test_each_of_the_22_claims_belongs_to_one_section():
    counts = Counter(claim for s in SECTIONS for claim in s.claims)
    assert counts == {f"C{k}": 1 for k in range(1, 23)}


@pytest.mark.parametrize("entry", SECTIONS, ids=lambda s: s.slug)
def test_section_is_found_by_its_slug(entry):
    assert section(entry.slug) is entry


def test_unknown_slug_suggests_a_similar_section():
    with pytest.raises(KeyError, match=r"'dropout' is not a section.*'dropout-sampling'"):
        section("dropout")


def test_dissimilar_slug_lists_all_sections():
    with pytest.raises(KeyError, match=r"'zzz' is not a section.*known names: welcome, "):
        section("zzz")


@pytest.mark.parametrize("entry", SECTIONS, ids=lambda s: s.slug)
def test_facts_are_rich_enough_to_align_a_transcript(entry):
    words = entry.facts.split()
    assert len(words) >= 60
    assert len({word.casefold() for word in words}) >= 45


def test_sections_are_immutable():
    with pytest.raises(AttributeError):
        SECTIONS[0].title = "other"


def test_lecture_is_imported_without_altair_or_streamlit():
    code = (
        "import sys, pyfrontiers.lecture, pyfrontiers.lecture.search, pyfrontiers.lecture.palette;"
        "print(sorted({'altair', 'streamlit', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
