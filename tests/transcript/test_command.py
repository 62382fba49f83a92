"""The command `pyfrontiers transcript`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.lecture.transcript import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")


@pytest.fixture
def lecture(tmp_path: Path, as_page: Callable[..., bytes]) -> Path:
    path = tmp_path / "lecture.txt"
    path.write_bytes(as_page())
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["transcript", *map(str, arguments)])


def test_json_is_a_list_of_the_paragraphs(lecture: Path) -> None:
    result = run("import", lecture, "--duration", "45:00", "--json")
    assert result.exit_code == 0, result.output
    entries = json.loads(result.stdout)
    assert all(set(entry) == {"section", "start", "estimated", "text"} for entry in entries)
    assert len({entry["section"] for entry in entries}) == 19
    assert entries[0]["start"] == 0.0
    assert entries[0]["estimated"] is True
    assert json.loads(run("show", "--json").stdout) == entries


def test_summary_lists_every_section_and_the_path(lecture: Path, tmp_path: Path) -> None:
    result = run("import", lecture, "--video", "https://youtu.be/abc")
    assert result.exit_code == 0, result.output
    assert "toward-general-intelligence" in result.stdout
    assert str(tmp_path / "data" / "transcript.json") in result.stdout
    kept = load()
    assert kept is not None
    assert kept.video == "https://youtu.be/abc"


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", (), "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00", (), "a PNG image"),
        (b'[{"start": 1.5, "te', (), "damaged JSON"),
        (b"We bake bread with flour and water every day.", (), "nothing was imported"),
        (None, ("--duration", "-5"), "--duration must be"),
        (None, ("--video", "javascript:alert(1)"), "not the web address"),
    ],
)
def test_failed_import_prints_a_sentence_and_keeps_the_previous_one(
    content: bytes | None, options: tuple[str, ...], says: str, lecture: Path, tmp_path: Path
) -> None:
    assert run("import", lecture).exit_code == 0
    before = load()
    file = lecture
    if content is not None:
        file = tmp_path / "other.txt"
        file.write_bytes(content)
    result = run("import", file, "--json", *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert load() == before


def test_unreadable_file_is_reported(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        result = run("import", path)
        assert result.exit_code == 2
        assert "cannot be read" in result.stderr


def test_huge_file_is_rejected_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    result = run("import", path)
    assert result.exit_code == 2
    assert "100.0 MB, more than the limit of 2 MB" in result.stderr


def test_show_and_delete_report_a_missing_transcript(lecture: Path) -> None:
    assert run("show").exit_code == 2
    assert "there is no imported transcript" in run("show").stderr
    run("import", lecture)
    assert "Deleted the transcript" in run("delete").stdout
    assert "There is no transcript to delete" in run("delete").stdout
    assert json.loads(run("delete", "--json").stdout) == {"deleted": False}
