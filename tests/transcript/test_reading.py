"""Readable files, and the error for each kind of unreadable file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture.transcript import LIMIT_BYTES, TranscriptError, import_transcript
from pyfrontiers.lecture.transcript.decoding import decode, decode_with_warnings
from pyfrontiers.lecture.transcript.forms import read, read_with_warnings

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\n" * 9]
)
@pytest.mark.parametrize("name", ["a.txt", "a.srt", "a.vtt"])
def test_empty_file_is_rejected(data: bytes, name: str) -> None:
    with pytest.raises(TranscriptError, match=f"{name} is empty"):
        import_transcript(data, name)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"%PDF-1.7 something", "a PDF document"),
        (b"PK\x03\x04 word/document.xml", "an office document"),
        (b"words and \x00\x01 controls", "a binary file"),
        (bytes(range(1, 32)) * 20, "a binary file"),
    ],
)
def test_binary_file_is_rejected_by_kind(data: bytes, kind: str) -> None:
    with pytest.raises(TranscriptError, match=rf"a\.txt is .*{kind}.*text file such as \.txt"):
        import_transcript(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("na\u00efve \u2019s".encode("cp1252"), "na\u00efve \u2019s"),
        ("it\u2019s na\u00efve".encode("mac_roman"), "it\u2019s na\u00efve"),
        ("na\u00efve, and ".encode() + "na\u00efve".encode("cp1252"), "na\u00efve, and na\u00efve"),
    ],
    ids=["Windows-1252", "Mac Roman", "mixed"],
)
def test_other_encodings_are_read_with_a_warning(data: bytes, text: str) -> None:
    found, warnings = decode_with_warnings(data, "a.txt")
    assert found == text
    assert re.fullmatch(r"\d bytes are not UTF-8 and were read as Windows-1252 .*", warnings[0])


def test_nul_padding_and_control_characters_are_ignored() -> None:
    assert decode(b"one two three \x07" + b"four " * 60 + bytes(900), "a.txt").startswith(
        "one two three four"
    )


def test_byte_order_mark_and_any_line_end_are_accepted() -> None:
    assert decode(b"\xef\xbb\xbfone\r\ntwo\rthree\n", "a.txt") == "one\ntwo\nthree\n"


def test_file_over_the_limit_is_rejected_before_decoding() -> None:
    with pytest.raises(TranscriptError, match=r"a\.txt has 100\.0 MB, more than the limit of 2 MB"):
        import_transcript(bytes(100_000_000), "a.txt")
    assert len(decode(b"a" * LIMIT_BYTES, "a.txt")) == LIMIT_BYTES


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.txt.docx", "a.vtt"])
def test_form_does_not_depend_on_the_file_name(name: str) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:03,000\ntwo\n"
    assert [piece.start for piece in read(srt, name)] == [1.0, 2.0]


def test_web_page_is_rejected() -> None:
    with pytest.raises(TranscriptError, match="source of a web page"):
        import_transcript(b"<!DOCTYPE html><html><body>words</body></html>", "a.txt")


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("WEBVTT\n\n00:99.000 --> 00:0x\nwords\n", "a.vtt", "no times that can be read"),
        (
            '{"segments": [{"start": 1, "te',
            "a.json",
            "damaged JSON: it cannot be read beyond line 1",
        ),
        ('{"name": 1}', "a.json", "JSON without a transcript"),
        (
            "<tt><body>\n<p begin='1s'>words",
            "a.ttml",
            "damaged XML: it cannot be read beyond line 2",
        ),
        ("<tt><body><p>words</p></body></tt>", "a.ttml", "without captions that have times"),
        ("<tt>" + "<div>" * 9999 + "</div>" * 9999 + "</tt>", "a.ttml", "nested too deeply"),
        (
            '<!DOCTYPE tt [<!ENTITY a "aa">]><tt><body><p begin="1s">&a;</p></body></tt>',
            "a.ttml",
            "defines entities",
        ),
        ("[{'text': 'a', 'start': 1", "a.txt", "damaged JSON"),
        ("[Snippet(text=exit(), start=1)]", "a.txt", "JSON without a transcript"),
        ("[Snippet(text=print(1), start=1)]", "a.txt", "damaged JSON"),
        ("WEBVTT\n\n", "a.vtt", "no captions"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n", "a.vtt", "no spoken words"),
    ],
)
def test_malformed_captions_are_rejected_with_the_reason(text: str, name: str, says: str) -> None:
    with pytest.raises(TranscriptError, match=says.replace(".", r"\.")):
        import_transcript(text.encode(), name)


def test_captions_keep_times_but_not_tags() -> None:
    srt = "2\n00:01:05,250 --> 00:01:07,000\n<i>later</i> &amp; last\n\n"
    srt += "1\n00:00:01,500 --> 00:00:02,000\nfirst\n"
    assert [(p.text, p.start) for p in read(srt, "a.srt")] == [
        ("first", 1.5),
        ("later & last", 65.25),
    ]
    vtt = "WEBVTT\n\nNOTE no words\n\n01:01.500 --> 01:02.000 align:start\n"
    vtt += "<v Ava>word<00:01:01.700><c> more</c>\n"
    assert [(p.text, p.start, p.end) for p in read(vtt, "a.vtt")] == [("word more", 61.5, 62.0)]


def test_content_takes_precedence_over_the_file_name() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nword\n"
    assert read(vtt, "a.txt")[0].start == 1.0
    srt = "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:03,000\ntwo\n"
    assert [piece.start for piece in read(srt, "a.txt")] == [1.0, 2.0]


def test_caption_with_unreadable_times_keeps_its_words_and_is_counted() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:0x --> 00:04.000\ntwo --> three\n"
    found = read_with_warnings(vtt, "a.vtt")
    assert [piece.text for piece in found.pieces] == ["one\ntwo --> three"]
    assert re.search("times of 1 of 2 captions could not be read", found.warnings[0])


@pytest.mark.parametrize(
    "form",
    [
        "{}.{:02d} {}",
        "T+{0}{1:02d} {2}",
        "{2} {0}:{1:02d} and",
        "<<{0}-{1:02d}>> {2}",
        "{0}h{1}| {2}",
    ],
)
def test_stamps_of_an_unknown_form_are_reported_with_three_examples(form: str) -> None:
    said = [(0, 1, "one"), (0, 7, "two"), (1, 5, "three"), (2, 9, "four")]
    warnings = read_with_warnings("\n".join(form.format(*line) for line in said), "a.txt").warnings
    assert len(warnings) == 1
    assert re.match(
        r"The text has \d stamps of an unknown form, such as .+, .+ and .+, which", warnings[0]
    )


def test_times_of_day_that_are_spoken_are_not_reported() -> None:
    text = "We begin at 10:30 and " + "talk about networks for a long time " * 40 + "until 11:45."
    assert read_with_warnings(text, "a.txt").warnings == ()


def test_leading_times_are_timestamps() -> None:
    text = "0:00\nfirst words\n0:12\nmore words\nand more\n[1:00:05] last words\n"
    pieces = read(text, "a.txt")
    assert [(p.text, p.start) for p in pieces] == [
        ("first words", 0.0),
        ("more words\nand more", 12.0),
        ("last words", 3605.0),
    ]


def test_unordered_times_in_a_text_are_not_timestamps() -> None:
    text = "10:30 is when we begin.\n\n9:15 is breakfast.\n\n11:00 is over."
    assert all(piece.start is None for piece in read(text, "a.txt"))


def test_both_kinds_of_captions_are_imported(as_captions: Callable[..., bytes]) -> None:
    for kind in ("srt", "vtt"):
        transcript = import_transcript(as_captions(kind), f"lecture.{kind}")
        assert len(transcript.sections) == 19
        starts = [paragraph.start for paragraph in transcript.paragraphs]
        assert None not in starts
        assert starts == sorted(starts)  # type: ignore[type-var]  # the line above excludes None
        assert not any(paragraph.estimated for paragraph in transcript.paragraphs)
