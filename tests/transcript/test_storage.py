"""The stored transcript is written atomically and never lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture.transcript import (
    Paragraph,
    Transcript,
    TranscriptError,
    delete,
    load,
    location,
    save,
)

if TYPE_CHECKING:
    from pathlib import Path

KEPT = Transcript(
    paragraphs=(
        Paragraph("welcome", 0.0, True, "H\u00e9llo <b>there</b>."),
        Paragraph("dropout-sampling", None, False, "Masks."),
    ),
    match=0.5,
    video="https://youtu.be/abc",
    warnings=("Times are estimated.",),
    source="a.txt",
)


def test_save_and_load_round_trip(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert load(folder) is None
    assert save(KEPT, folder) == location(folder)
    assert load(folder) == KEPT
    assert [path.name for path in folder.iterdir()] == ["transcript.json"]


def test_location_is_the_user_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    assert location() == tmp_path / "data" / "transcript.json"


def test_failed_save_keeps_the_previous_transcript(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(KEPT, tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TranscriptError, match=r"could not be saved .*No space left"):
        save(Transcript((), 0.0), tmp_path)
    assert load(tmp_path) == KEPT
    assert [path.name for path in tmp_path.iterdir()] == ["transcript.json"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "null",
        '{"version": 1}',
        "\x00",
        "[" * 100_000,
        '{"version": 1, "paragraphs": [{"section": "nowhere", "start": 0, "estimated": 0, '
        '"text": ""}], "match": 1, "video": null, "warnings": [], "source": ""}',
        '{"version": 1, "paragraphs": [], "match": 1, "video": "javascript:alert(1)", '
        '"warnings": [], "source": ""}',
    ],
    ids=["cut", "list", "null", "fields", "binary", "deep", "section", "video"],
)
def test_damaged_file_is_renamed_and_reported(content: str, tmp_path: Path) -> None:
    location(tmp_path).write_text(content, encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"damaged and has been renamed to .*import it again"):
        load(tmp_path)
    assert load(tmp_path) is None
    (aside,) = tmp_path.iterdir()
    assert aside.read_text(encoding="utf-8") == content


def test_binary_file_is_reported_as_damaged(tmp_path: Path) -> None:
    location(tmp_path).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TranscriptError, match="damaged"):
        load(tmp_path)


def test_file_of_a_later_version_is_left_in_place(tmp_path: Path) -> None:
    location(tmp_path).write_text(json.dumps({"version": 99}), encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"later version .*format 99.*update"):
        load(tmp_path)
    assert location(tmp_path).exists()


def test_delete_returns_whether_there_was_a_transcript(tmp_path: Path) -> None:
    save(KEPT, tmp_path)
    assert [delete(tmp_path), delete(tmp_path), load(tmp_path)] == [True, False, None]
