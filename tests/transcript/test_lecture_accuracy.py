"""Import of a real transcript of the lecture, which is not part of the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript import import_transcript

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = json.loads(Path(__file__).with_name("lecture_key.json").read_text(encoding="utf-8"))


def labelled() -> list[str]:
    """Return the section of each word, according to the key."""
    slugs, starts = list(KEY["starts"]), [*KEY["starts"].values(), KEY["words"]]
    return [
        slug
        for slug, first, last in zip(slugs, starts[:-1], starts[1:], strict=True)
        for _ in range(first, last)
    ]


def test_key_lists_every_section_in_order() -> None:
    assert list(KEY["starts"]) == [section.slug for section in SECTIONS]
    assert list(KEY["starts"].values()) == sorted(set(KEY["starts"].values()))


def test_paragraphs_are_in_the_right_sections(
    pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    given = pytestconfig.getoption("--lecture-transcript")
    if given is None:
        pytest.skip("no transcript of the lecture given: --lecture-transcript FILE")
    path = Path(given)
    transcript = import_transcript(path.read_bytes(), path.name, duration=2700.0)
    expected = labelled()
    sizes = [len(paragraph.text.split()) for paragraph in transcript.paragraphs]
    assert sum(sizes) == len(expected), "the cleaned text differs from the labelled words"

    at = right_words = right_paragraphs = 0
    for paragraph, size in zip(transcript.paragraphs, sizes, strict=True):
        right = expected[at : at + size].count(paragraph.section)
        right_words += right
        right_paragraphs += 2 * right > size
        at += size
    words, paragraphs = right_words / at, right_paragraphs / len(sizes)
    record_property("right by words", words)
    record_property("right by paragraphs", paragraphs)
    assert transcript.sections == tuple(KEY["starts"])
    assert words >= 0.95
    assert paragraphs >= 0.95
