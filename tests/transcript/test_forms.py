"""One transcript written in every form is read back with its words and times."""

from __future__ import annotations

from itertools import permutations

import caption_forms
import data_forms
import line_forms
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writing import Cue

from pyfrontiers.lecture.transcript.importing import cleaned_words

FORMS = caption_forms.FORMS | data_forms.FORMS | line_forms.FORMS
POOL = ["".join(letters) for letters in permutations("aeinorst", 5)][::7]
ODD = ["naïve", "größer", "3.5", "isn't", "слово", "学习", "e.g.", "AT&T", "x²", "Dr.", "42", "R²"]


@st.composite
def transcripts(draw: st.DrawFn) -> list[Cue]:
    sizes = draw(st.lists(st.integers(3, 9), min_size=4, max_size=12))
    words = draw(st.permutations(POOL[: sum(sizes)]))
    odd = draw(st.lists(st.sampled_from(ODD), max_size=6, unique=True))
    start, at, cues = draw(st.integers(0, 9000)) / 10, 0, []
    for size in sizes:
        said = [*words[at : at + size]]
        if odd:
            said.insert(draw(st.integers(1, size - 1)), odd.pop())
        length = draw(st.integers(11, 300)) / 10
        cues.append(Cue(start, round(start + length, 1), " ".join(said)))
        start, at = round(start + length, 1), at + size
    return cues


def closed(text: str) -> str:
    """Close the elements that a writer's beginning has opened."""
    for name in ("div", "body", "tt", "transcript", "timedtext"):
        if f"<{name}" in text and f"</{name}>" not in text:
            text += f"</{name}>"
    return text


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=10)
@given(cues=transcripts())
def test_words_and_times_survive(name: str, cues: list[Cue]) -> None:
    writer, step = FORMS[name]
    row = cleaned_words(closed(writer(cues)).encode(), "a.txt")
    assert list(row.words) == [word for cue in cues for word in cue.words.split()]
    at = 0
    for cue in cues:
        assert row.times[at] == pytest.approx(cue.start, abs=step + 1e-6)
        at += len(cue.words.split())


ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32"]
ENDS = {"\r\n": "crlf", "\r": "cr"}
REST = pytest.mark.slow("the other line end with each form and encoding")


def written() -> list[object]:
    """Forms, encodings and line ends; without --slow, every pair of them occurs."""
    return [
        pytest.param(
            *(name, encoding, end),
            marks=() if (form + at + number) % 2 else REST,
            id=f"{name}-{encoding}-{ENDS[end]}",
        )
        for form, name in enumerate(FORMS)
        for at, encoding in enumerate(ENCODINGS)
        for number, end in enumerate(ENDS)
    ]


@pytest.mark.parametrize(("name", "encoding", "ends"), written())
def test_encoding_and_line_ends_do_not_matter(name: str, encoding: str, ends: str) -> None:
    cues = [Cue(n, n + 2.0, f"naïve {POOL[n]} {POOL[n + 1]}") for n in range(3, 60, 8)]
    data = closed(FORMS[name][0](cues)).replace("\ufeff", "").replace("\n", ends).encode(encoding)
    row = cleaned_words(data + bytes(4 * (encoding == "cp1252")), "a.txt")
    assert list(row.words) == [word for cue in cues for word in cue.words.split()]
    assert row.times[0] == pytest.approx(3.0, abs=0.05)
