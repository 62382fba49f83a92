"""The commands that read scenes name the options that were typed, before they draw or train."""

from __future__ import annotations

from types import SimpleNamespace
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

import pyfrontiers.multitask
from pyfrontiers.cli.main import app
from pyfrontiers.cli.options import naming_options
from pyfrontiers.cli.scene_sources import _LAYOUTS, PARTS, Layout
from pyfrontiers.multitask import TaskScores
from pyfrontiers.scenes import StreetScenes, read_cityscapes, read_kitti, read_nyu


@pytest.fixture
def refused(monkeypatch):
    """Run a command that must not draw a scene, and return what it says."""
    drawn = SimpleNamespace(count=0)

    def draw(self, index):
        drawn.count += 1
        raise RuntimeError("a scene was drawn")

    monkeypatch.setattr(StreetScenes, "__getitem__", draw)

    def run(*arguments):
        done = CliRunner().invoke(app, [str(one) for one in arguments])
        assert done.exit_code == 2, done.output
        assert drawn.count == 0
        return " ".join(done.stderr.split())

    return run


@pytest.mark.parametrize("name", ["scenes", "tasks"])
def test_options_are_named(refused, name, tmp_path):
    train = (name, "train", "-o", tmp_path / "net.safetensors")
    missing = tmp_path / "missing"
    assert "--height must be even, got 17; 18 is the next" in refused(*train, "--height", 17)
    assert "--width must be even" in refused(name, "evaluate", "--width", 33)
    assert "--data must be an existing folder" in refused(*train, "--data", missing)
    (tmp_path / "empty").mkdir()
    folder = ("--data", tmp_path / "empty")
    said = refused(name, "evaluate", *folder, "--layout", "nyu")
    assert "--data must have official_splits/test or nyu2_test, got" in said
    assert "without it. Layout nyu: sync/SCENE/rgb_*.jpg with sync_depth_*.png" in said
    said = refused(*train, *folder, "--layout", "nyu", "--split", "other")
    assert "--split must be 'train' or 'test', got 'other'" in said
    assert "--weights must be a file of weights" in refused(name, "evaluate", "--weights", missing)
    assert "--seed must be" in refused(*train, "--seed", 2**64)
    assert "--scenes must be" in refused(*train, "--scenes", 2**31)
    assert "'--steps'" in refused(*train, "--steps", 2**31)
    said = refused(*train, "--device", "nowhere")
    assert "--device must be a device that torch can use here, such as cpu, got 'nowhere'" in said
    assert "--device must be a device" in refused(*train, "--device", "meta")


@pytest.mark.parametrize(
    ("layout", "reader"),
    [
        (Layout.nyu, read_nyu),
        (Layout.kitti, read_kitti),
        (Layout.cityscapes, read_cityscapes),
    ],
)
def test_help_names_every_part_that_a_reader_takes_and_where_its_files_are(layout, reader):
    assert get_args(get_type_hints(reader)["split"]) == PARTS[layout]
    for part in PARTS[layout]:
        assert part in _LAYOUTS[layout]


def test_options_of_a_balance_are_checked_first(refused, tmp_path):
    train = ("tasks", "train", "-o", tmp_path / "net.safetensors")
    said = refused(*train, "--weight", 1)
    assert "--weight must be given only with --way fixed, got --way 'learned'" in said
    assert "--weight must be" in refused(*train, "--way", "fixed", "--weight", 1)
    said = refused(*train, "--task", "depth", "--way", "pcgrad")
    assert "--way must be 'fixed', 'learned' or 'learned exact' with a single task, got" in said
    assert "--task must be" in refused(*train, "--task", "depth", "--task", "depth")


def test_sheet_names_its_options(refused, tmp_path):
    sheet = ("scenes", "sheet", "-o", tmp_path / "a.png")
    assert "--seed must be" in refused(*sheet, "--seed", 2**64)
    assert "--first must be" in refused(*sheet, "--first", 2**63)


def test_depth_names_its_options(refused, tmp_path):
    said = refused("depth", "motocycle", "-o", tmp_path / "a.png")
    assert "got 'motocycle', which is neither; did you mean 'motorcycle'?" in said
    said = refused("depth", "cat", "-o", tmp_path / "a.png", "--weights", tmp_path / "none")
    assert "--weights must be a file of weights" in said
    said = refused("depth", "cat", "-o", tmp_path / "a.png", "--seed", 2**64)
    assert "--seed must be" in said


def test_an_error_about_something_else_is_left_alone():
    with pytest.raises(KeyError), naming_options(path="--weights"):
        raise KeyError("path must")
    with pytest.raises(ValueError, match=r"^folder must be new"), naming_options(path="--weights"):
        raise ValueError("folder must be new")
    with (
        pytest.raises(ValueError, match=r"^--weights must be new"),
        naming_options(path="--weights"),
    ):
        raise FileExistsError("path must be new")


def test_shares_have_three_digits(monkeypatch):
    scores = TaskScores(**dict.fromkeys(TaskScores.__dataclass_fields__, 0.42) | {"scenes": 2})
    monkeypatch.setattr(pyfrontiers.multitask, "evaluate_tasks", lambda *_, **__: scores)
    done = CliRunner().invoke(app, ["tasks", "evaluate"])
    assert done.exit_code == 0, done.output
    assert "2 scenes" in done.stdout
    assert "42.0 %" in done.stdout
    assert "42 %" not in done.stdout
