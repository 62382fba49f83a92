"""A synthetic lecture in our own words, in the file formats of transcripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyfrontiers.lecture.transcript import Transcript

SECONDS_PER_WORD = 0.5


@pytest.fixture(scope="session")
def spoken() -> dict[str, str]:
    """The spoken text of each section."""
    text = Path(__file__).with_name("synthetic_lecture.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[([a-z-]+)\]\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[0::2], (part.strip() for part in parts[1::2]), strict=True))


@pytest.fixture(scope="session")
def as_page(spoken: dict[str, str]) -> Callable[..., bytes]:
    """Return the lecture, or some of its sections, as plain text."""

    def page(sections: Iterable[str] | None = None, *, between: str = "\n\n") -> bytes:
        return between.join(spoken[slug] for slug in (sections or spoken)).encode()

    return page


def stamp(seconds: float, mark: str) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes // 60):02d}:{int(minutes % 60):02d}:{rest:06.3f}".replace(".", mark)


def lines_of(words: list[str], size: int = 8) -> list[tuple[float, float, str]]:
    return [
        (at * SECONDS_PER_WORD, (at + size) * SECONDS_PER_WORD, " ".join(words[at : at + size]))
        for at in range(0, len(words), size)
    ]


@pytest.fixture(scope="session")
def as_captions(spoken: dict[str, str]) -> Callable[..., bytes]:
    """Return the lecture as captions of eight words, at half a second per word."""

    def captions(kind: str = "srt", *, rolling: bool = False, punctuation: bool = True) -> bytes:
        words = " ".join(spoken.values()).split()
        if not punctuation:
            words = [re.sub(r"[.,:?!]", "", word).lower() for word in words]
        mark = "," if kind == "srt" else "."
        blocks = [] if kind == "srt" else ["WEBVTT\n"]
        before = ""
        for number, (start, end, line) in enumerate(lines_of(words), start=1):
            head = f"{number}\n" if kind == "srt" else ""
            # Rolling captions show the previous line above the new one, then the new one alone.
            shown = f"{before}\n{line}" if rolling and before else line
            last = end - 0.01 if rolling else end
            blocks.append(f"{head}{stamp(start, mark)} --> {stamp(last, mark)}\n{shown}\n")
            if rolling:
                blocks.append(f"{head}{stamp(last, mark)} --> {stamp(end, mark)}\n{line}\n")
            before = line
        return "\n".join(blocks).encode()

    return captions


def placed(transcript: Transcript) -> list[tuple[str, str]]:
    """Return each word with its section, in order."""
    return [
        (re.sub(r"\W", "", word).lower(), paragraph.section)
        for paragraph in transcript.paragraphs
        for word in paragraph.text.split()
    ]


@pytest.fixture
def share_correct(spoken: dict[str, str]) -> Callable[..., float]:
    """Return a function for the share of words in the section in which they were spoken."""

    def share(transcript: Transcript, sections: Iterable[str] | None = None) -> float:
        expected = [
            (re.sub(r"\W", "", word).lower(), slug)
            for slug in (sections or spoken)
            for word in spoken[slug].split()
        ]
        found = placed(transcript)
        assert [word for word, _ in found] == [word for word, _ in expected], "words differ"
        right = sum(a == b for a, b in zip(found, expected, strict=True))
        return right / len(expected)

    return share


@pytest.fixture(scope="session")
def other_texts() -> Mapping[str, str]:
    """Return texts of other lectures, on related and unrelated subjects."""
    text = Path(__file__).with_name("other_texts.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[([a-z-]+)\]\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[0::2], (part.strip() for part in parts[1::2]), strict=True))
