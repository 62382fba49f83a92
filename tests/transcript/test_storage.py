"""The stored transcript: whole or absent, never half, never lost."""

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


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert load(folder) is None
    assert save(KEPT, folder) == location(folder)
    assert load(folder) == KEPT
    assert [path.name for path in folder.iterdir()] == ["transcript.json"]


def test_it_lies_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    assert location() == tmp_path / "data" / "transcript.json"


def test_a_failed_save_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(KEPT, tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TranscriptError, match=r"could not be kept .*No space left"):
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
def test_a_damaged_file_is_kept_aside_and_said(content: str, tmp_path: Path) -> None:
    location(tmp_path).write_text(content, encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"damaged and is kept aside as .*import it again"):
        load(tmp_path)
    assert load(tmp_path) is None
    (aside,) = tmp_path.iterdir()
    assert aside.read_text(encoding="utf-8") == content


def test_bytes_that_are_no_text_are_damage_too(tmp_path: Path) -> None:
    location(tmp_path).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TranscriptError, match="damaged"):
        load(tmp_path)


def test_a_file_of_a_later_version_stays_where_it_is(tmp_path: Path) -> None:
    location(tmp_path).write_text(json.dumps({"version": 99}), encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"later version .*format 99.*update"):
        load(tmp_path)
    assert location(tmp_path).exists()


def test_deleting_says_whether_there_was_one(tmp_path: Path) -> None:
    save(KEPT, tmp_path)
    assert [delete(tmp_path), delete(tmp_path), load(tmp_path)] == [True, False, None]
