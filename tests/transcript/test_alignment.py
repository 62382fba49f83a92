"""Sections are found in order, in whole lectures and parts; other lectures are rejected."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript import TranscriptError, import_transcript
from pyfrontiers.lecture.transcript.alignment import monotone_path
from pyfrontiers.lecture.transcript.importing import THRESHOLD
from pyfrontiers.lecture.transcript.paragraphs import grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SLUGS = [section.slug for section in SECTIONS]


def score(path: tuple[int, ...], gain: np.ndarray, cost: np.ndarray) -> float:
    total = gain[0, path[0]]
    for step in range(1, len(path)):
        total += gain[step, path[step]] - cost[step] * (path[step] != path[step - 1])
    return float(total)


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_path_is_the_best_monotone_one(steps: int, states: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    gain, cost = draw.random((steps, states)), 0.6 * draw.random(steps)
    found = monotone_path(gain, cost)
    assert found == sorted(found)
    best = max(
        score(path, gain, cost)
        for path in product(range(states), repeat=steps)
        if list(path) == sorted(path)
    )
    assert score(tuple(found), gain, cost) == pytest.approx(best)


@pytest.mark.parametrize("between", ["\n\n", " "], ids=["paragraphs", "one block"])
def test_every_section_of_a_whole_lecture_is_found(
    between: str, as_page: Callable[..., bytes], share_correct: Callable[..., float]
) -> None:
    transcript = import_transcript(as_page(between=between), "a.txt")
    assert transcript.sections == tuple(SLUGS)
    assert share_correct(transcript) >= 0.97


def test_captions_without_punctuation_are_aligned(
    as_captions: Callable[..., bytes], share_correct: Callable[..., float]
) -> None:
    data = as_captions("vtt", rolling=True, punctuation=False)
    transcript = import_transcript(data, "a.vtt")
    assert share_correct(transcript) >= 0.85


@pytest.mark.parametrize(
    "chosen",
    [[slug] for slug in SLUGS] + [SLUGS[2:9], SLUGS[9:14], SLUGS[14:], SLUGS[::3]],
    ids=lambda chosen: f"{chosen[0]}+{len(chosen) - 1}",
)
def test_part_of_the_lecture_is_aligned_with_its_sections(
    chosen: list[str], as_page: Callable[..., bytes], share_correct: Callable[..., float]
) -> None:
    transcript = import_transcript(as_page(chosen), "a.txt")
    assert share_correct(transcript, chosen) >= 0.9
    places = [SLUGS.index(paragraph.section) for paragraph in transcript.paragraphs]
    assert places == sorted(places)


def test_other_lectures_are_rejected_with_their_match(other_texts: Mapping[str, str]) -> None:
    for name, text in other_texts.items():
        with pytest.raises(TranscriptError, match=r"matches the sections by \d+ %.*nothing was"):
            import_transcript(text.encode(), f"{name}.txt")
    whole = "\n\n".join(other_texts.values())
    with pytest.raises(TranscriptError, match=f"at least {100 * THRESHOLD:.0f} % is needed"):
        import_transcript(whole.encode(), "all.txt")


def test_this_lecture_matches_well_above_the_threshold(as_page: Callable[..., bytes]) -> None:
    assert import_transcript(as_page(), "a.txt").match > 1.5 * THRESHOLD


def test_paragraphs_are_readable_and_do_not_cross_sections(as_page: Callable[..., bytes]) -> None:
    transcript = import_transcript(as_page(between=" "), "a.txt")
    sizes = [len(paragraph.text.split()) for paragraph in transcript.paragraphs]
    assert max(sizes) <= 140
    assert [p.section for p in transcript.paragraphs] == sorted(
        (p.section for p in transcript.paragraphs), key=SLUGS.index
    )


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=40))
def test_paragraphs_cover_all_sentences_and_are_bounded(
    row: list[tuple[int, bool]],
) -> None:
    lengths = [length for length, _ in row]
    ranges = grouped(lengths, [preferred for _, preferred in row])
    assert [at for first, last in ranges for at in range(first, last)] == list(range(len(row)))
    assert all(sum(lengths[first:last]) <= 240 for first, last in ranges)
