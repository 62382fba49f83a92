"""What commands refuse to write to, before they work for minutes."""

from __future__ import annotations

import errno
import os
import tempfile

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.cli.outputs import check_output, check_output_folder, write_picture

#: Every command that writes where the user says: the options before the path, and its kind.
COMMANDS = {
    "attack": (["attack", "temple", "-o"], "a file"),
    "physical": (["physical", "turtle", "--target", "rifle", "-o"], "a folder"),
    "sheet": (["scenes", "sheet", "-o"], "a file"),
    "scenes": (["scenes", "train", "-o"], "a file"),
    "depth": (["depth", "temple", "-o"], "a file"),
    "tasks": (["tasks", "train", "-o"], "a file"),
    "table": (["tasks", "table", "--folder"], "a folder"),
    "automl": (["automl", "fit", "table.csv", "-o"], "a folder"),
    "record": (["record", "C1", "--out"], "a folder"),
    "bench": (["bench", "dropout", "--out"], "a folder"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_an_unwritable_place_at_once(name, tmp_path):
    arguments, kind = COMMANDS[name]
    ending = "safetensors" if arguments[1] == "train" else "png"
    (tmp_path / "file").write_text("")
    option = arguments[-1].replace("-o", "--output") if arguments[-1] == "-o" else arguments[-1]
    done = CliRunner().invoke(app, [*arguments, str(tmp_path / "file" / "below" / f"a.{ending}")])
    assert done.exit_code == 2
    assert f"{option} must be {kind} that can be written, got " in done.stderr
    assert "Errno" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_folders_and_other_endings_are_refused_and_missing_folders_made(tmp_path):
    with pytest.raises(ValueError, match=r"--output must end in \.png, got .*a\.jpg"):
        check_output(tmp_path / "a.jpg", suffix=".png")
    with pytest.raises(ValueError, match="--output must be a file, got the folder"):
        check_output(tmp_path)
    check_output(tmp_path / "new" / "below" / "A.PNG", suffix=".png")
    assert not list(tmp_path.iterdir())
    write_picture(np.zeros((2, 3, 3), np.uint8), tmp_path / "new" / "below" / "A.PNG")
    assert Image.open(tmp_path / "new" / "below" / "A.PNG").size == (3, 2)


#: What ends before a file is written, and the command that does it.
STOPPED = {
    "attack": ("pyfrontiers.vision.attack_photograph", ["attack", "temple", "-o"]),
    "depth": ("pyfrontiers.depth.predict_depth", ["depth", "temple", "-o"]),
    "sheet": ("pyfrontiers.scenes.sheet.contact_sheet", ["scenes", "sheet", "-o"]),
    "scenes": ("pyfrontiers.depth.fit_depth", ["scenes", "train", "--scenes", "2", "-o"]),
    "tasks": ("pyfrontiers.multitask.fit_tasks", ["tasks", "train", "--scenes", "2", "-o"]),
}


@pytest.mark.parametrize("name", STOPPED)
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError("too bad")])
def test_an_interrupted_command_leaves_no_folder(name, error, tmp_path, monkeypatch):
    function, arguments = STOPPED[name]

    def stop(*_, **__):
        raise error

    monkeypatch.setattr(function, stop)
    ending = "safetensors" if "train" in arguments else "png"
    done = CliRunner().invoke(app, [*arguments, str(tmp_path / "new" / f"x.{ending}")])
    assert done.exit_code == (2 if isinstance(error, ValueError) else 130)
    assert not list(tmp_path.iterdir())


def test_a_picture_that_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_text("before")

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "write_bytes", refuse)
    with pytest.raises(
        ValueError, match=r"--output must be a file .* got .*a.png \(No space left on device\)$"
    ):
        write_picture(np.zeros((2, 3, 3), np.uint8), tmp_path / "a.png")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize("command", ["attack", "depth"])
def test_a_picture_is_not_replaced_by_what_is_made_of_it(command, tmp_path):
    picture = tmp_path / "mine.png"
    picture.write_bytes(b"a picture")
    (tmp_path / "same.png").symlink_to(picture)
    done = CliRunner().invoke(app, [command, str(picture), "-o", str(tmp_path / "same.png")])
    assert done.exit_code == 2
    assert "--output must not be a file that the command reads, got " in done.stderr
    assert picture.read_bytes() == b"a picture"


def test_a_file_that_exists_keeps_its_content(tmp_path):
    (tmp_path / "a.png").write_text("before")
    check_output(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_text() == "before"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"must be a file, got the device .*pipe"):
        check_output(tmp_path / "pipe")


def test_a_disk_that_cannot_be_written_is_noticed(monkeypatch, tmp_path):
    """As root, permissions allow everything; only a trial shows a read-only disk."""

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(ValueError, match=r"--output must be a file .*\(Read-only file system\)"):
        check_output(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"--output must be a folder .*\(Read-only file system\)"):
        check_output_folder(tmp_path)


def test_a_folder_that_can_be_made_is_not_left_behind(tmp_path):
    check_output_folder(tmp_path / "new" / "below")
    assert not list(tmp_path.iterdir())
    check_output_folder(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="--out must be a folder, got the file"):
        check_output_folder(tmp_path / "file", option="--out")
    with pytest.raises(ValueError, match="--output must be a folder that can be written"):
        check_output_folder(tmp_path / "file" / "below")
    with pytest.raises(ValueError, match=r"that can be written, got .* .File name too long"):
        check_output_folder(tmp_path / ("n" * 300))


def test_missing_data_are_named_before_a_measurement(tmp_path):
    done = CliRunner().invoke(app, ["reproduce", "C5", "--data", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert "--data must be a folder or an archive, got " in done.stderr
