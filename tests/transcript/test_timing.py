"""Durations, estimated times and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture.transcript import (
    TranscriptError,
    clock,
    import_transcript,
    parse_duration,
    video_link,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45:00", 2700), ("1:02:03", 3723), ("2700", 2700), (" 0:05.5 ", 5.5), ("90:00", 5400)],
)
def test_durations_are_parsed(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "-45:00",
        "0",
        "0:00",
        "nan",
        "inf",
        "45 minutes",
        "1:75:00",
        "45:60",
        "25:00:00",
        "1e3",
        "::",
        "1:2:3:4",
        "999999999999",
    ],
)
def test_invalid_durations_are_rejected(text: str) -> None:
    with pytest.raises(
        TranscriptError, match=r"duration must be at most 24 hours, in a form like 45:00"
    ):
        parse_duration(text)


@pytest.mark.parametrize("duration", [-1.0, 0.0, float("nan"), float("inf"), 1e9])
def test_import_rejects_invalid_durations(duration: float, as_page: Callable[..., bytes]) -> None:
    with pytest.raises(ValueError, match=r"duration must be a .*number.*, got"):
        import_transcript(as_page(), "a.txt", duration=duration)


def test_missing_times_are_estimated_and_marked(
    as_page: Callable[..., bytes],
) -> None:
    transcript = import_transcript(as_page(), "a.txt", duration=1000.0)
    total = sum(len(paragraph.text.split()) for paragraph in transcript.paragraphs)
    before = 0
    for paragraph in transcript.paragraphs:
        assert paragraph.estimated
        assert paragraph.start == pytest.approx(1000 * before / total, abs=0.006)
        before += len(paragraph.text.split())
    assert any("estimated" in warning for warning in transcript.warnings)


def test_missing_times_without_duration_stay_unknown(as_page: Callable[..., bytes]) -> None:
    transcript = import_transcript(as_page(), "a.txt")
    assert all(p.start is None and not p.estimated for p in transcript.paragraphs)
    assert any("duration" in warning for warning in transcript.warnings)


def test_times_in_the_file_take_precedence_over_a_duration(
    as_captions: Callable[..., bytes],
) -> None:
    plain = import_transcript(as_captions("srt"), "a.srt")
    transcript = import_transcript(as_captions("srt"), "a.srt", duration=60.0)
    assert transcript.paragraphs == plain.paragraphs
    assert any("beyond the given duration" in warning for warning in transcript.warnings)
    before = 0
    for paragraph in plain.paragraphs:
        assert paragraph.start == pytest.approx(before * 0.5, abs=0.011)
        before += len(paragraph.text.split())


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://youtu.be/abc?si=x", "https://youtu.be/abc?si=x&t=75s"),
        ("https://www.youtube.com/watch?v=abc&t=3s", "https://www.youtube.com/watch?v=abc&t=75s"),
        ("https://m.youtube.com/live/abc", "https://m.youtube.com/live/abc?t=75s"),
        ("https://www.youtube.com/embed/abc", "https://www.youtube.com/embed/abc?start=75"),
        ("https://example.org/talk.mp4?k=1#t=9", "https://example.org/talk.mp4?k=1#t=75"),
        (
            "http://localhost:8000/a b.mp4".replace(" ", "%20"),
            "http://localhost:8000/a%20b.mp4#t=75",
        ),
        ("https://notyoutu.be/abc", "https://notyoutu.be/abc#t=75"),
    ],
)
def test_link_opens_the_video_at_the_given_time(url: str, link: str) -> None:
    assert video_link(url, 75.9) == link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "",
        "x",
        "https://",
        "//youtu.be/a",
        "https://a b/c",
        "https://user:pw@youtu.be/a",
        "ftp://a/b",
        "https://youtu.be\\@evil.org/",
        "java\nscript:alert(1)",
        "https://[::1",
        "https://a:b/c",
    ],
)
def test_invalid_addresses_are_rejected(url: str, as_page: Callable[..., bytes]) -> None:
    with pytest.raises(TranscriptError, match=r"is not the web address of a video.*https://"):
        video_link(url, 0)
    with pytest.raises(TranscriptError, match=r"is not the web address of a video"):
        import_transcript(as_page(), "a.txt", video=url)


def test_link_contains_no_quotes_or_angle_brackets() -> None:
    link = video_link("https://example.org/\"><script>?'<b>", 1)
    assert not set("<>\"'") & set(link)


def test_clock_format() -> None:
    assert [clock(s) for s in (0, 9.9, 75, 3600, 36610)] == [
        *("0:00", "0:09", "1:15", "1:00:00", "10:10:10"),
    ]
