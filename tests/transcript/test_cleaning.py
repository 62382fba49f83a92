"""Cleaning removes boilerplate and repetitions and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.lecture.transcript.boilerplate import spoken_pieces
from pyfrontiers.lecture.transcript.forms import Piece, read
from pyfrontiers.lecture.transcript.importing import cleaned_words
from pyfrontiers.lecture.transcript.sentences import sentences
from pyfrontiers.lecture.transcript.words import Words, without_repeats, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

TALK = (
    "So today I want to talk about how we train a network, and why it sometimes goes wrong. "
    "We begin with a small example that everybody has seen before, and then we make it "
    "harder and harder."
)
MORE = (
    "And now we can ask what happens outside the range of the data. Nobody knows, and that is why "
    "we have to be careful when we read such a curve and draw conclusions from the end of it."
)


def clean(text: str, name: str = "a.txt") -> str:
    return " ".join(cleaned_words(text.encode(), name).words)


@pytest.mark.parametrize(
    "boilerplate",
    [
        "# A course: the title of a lecture",
        "Transcription for the video titled \u201cA lecture\u201d.",
        "Note: you can click on the times to jump to the video.",
        "A Course | Introduction",
        "Wisdom for everybody, made with care and served daily.",
        "https://example.org/watch/lecture",
        "Related videos",
    ],
)
@pytest.mark.parametrize("where", ["top", "bottom"])
def test_boilerplate_is_removed(boilerplate: str, where: str) -> None:
    parts = [boilerplate, TALK, MORE] if where == "top" else [TALK, MORE, boilerplate]
    assert clean("\n\n".join(parts)) == f"{TALK} {MORE}"


def test_heading_is_removed_and_short_sentence_is_kept() -> None:
    text = f"{TALK}\n\nOutside the range\n\n{MORE}\n\nThank you."
    assert clean(text) == f"{TALK} {MORE} Thank you."


def test_text_of_short_lines_is_kept() -> None:
    words = TALK.split()
    lines = "\n\n".join(" ".join(words[at : at + 6]) for at in range(0, len(words), 6))
    assert clean(lines) == TALK


def test_sounds_and_speaker_labels_are_removed() -> None:
    pieces = [Piece("[Music]", 0, 1), Piece(">> SPEAKER 1: Hello (laughter) there", 1, 2)]
    assert [piece.text for piece in spoken_pieces(pieces)] == ["Hello there"]


def test_repeated_sentence_is_removed() -> None:
    again = "We begin with a small example that everybody has seen before, and then we make it"
    assert clean(TALK + " " + again + " harder and harder. " + MORE) == f"{TALK} {MORE}"
    almost = "And now we may ask what happens outside the range of the data."
    assert clean(f"{TALK} {MORE} {almost}") == f"{TALK} {MORE}"


def test_overlap_of_pasted_pieces_is_removed_anywhere() -> None:
    words = f"{TALK} {MORE}".split()
    # The second piece starts nine words before the end of the first, in mid-sentence.
    assert clean(" ".join(words[:40]) + "\n\n" + " ".join(words[31:])) == f"{TALK} {MORE}"


def test_doubled_words_are_kept() -> None:
    text = "This is really really important to to us and we say so again and again."
    assert clean(text) == text


def test_rolling_captions_are_read_once(
    as_captions: Callable[..., bytes], spoken: dict[str, str]
) -> None:
    expected = " ".join(" ".join(spoken.values()).split())
    for kind in ("srt", "vtt"):
        row = cleaned_words(as_captions(kind, rolling=True), f"a.{kind}")
        assert " ".join(row.words) == expected


def test_first_occurrence_keeps_its_time() -> None:
    said = "one two three four five six seven"
    vtt = f"WEBVTT\n\n00:01.000 --> 00:08.000\n{said}\n\n00:08.000 --> 00:15.000\n{said}\n\n"
    row = without_repeats(words_of(read(vtt + "00:20.000 --> 00:21.000\nend\n", "a.vtt")))
    assert row.words == (*said.split(), "end")
    assert row.times == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 20.0)


def test_breaks_move_to_the_next_kept_word() -> None:
    row = Words(tuple("abcdef"), (None,) * 6, frozenset({0, 2, 5}))
    assert row.keep([0, 1, 3, 5]).breaks == {0, 2, 3}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It was Dr. Smith, e.g. the one at MIT.edu. He left at 10 p.m. There he went.", 3),
        ("Is it 3.5 percent? No! It is not.", 3),
        ("So Anna and I. And then he said. \u201cYes.\u201d Fine.", 4),
        ("no stop at all here", 1),
    ],
)
def test_sentence_ends_are_recognised(text: str, count: int) -> None:
    words = text.split()
    assert len(sentences(words, [None] * len(words), ())) == count


@given(st.lists(st.sampled_from(["a", "so", "b.", "Then", "c,", "D?"]), max_size=400))
def test_sentences_cover_every_word_once(words: list[str]) -> None:
    spans = sentences(words, [None] * len(words), ())
    assert [at for first, last in spans for at in range(first, last)] == list(range(len(words)))
    assert all(last - first <= 150 for first, last in spans)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(4, 12))
def test_removing_repeats_is_idempotent(letters: list[str], period: int) -> None:
    doubled = letters[:period] + letters
    row = Words(tuple(doubled), (None,) * len(doubled), frozenset())
    once = without_repeats(row)
    assert without_repeats(once) == once
    if len(letters) >= period:
        assert len(once.words) < len(doubled)
