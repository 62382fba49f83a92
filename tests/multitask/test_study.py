"""The study trains every network once, resumes after it was killed, and the commands show it."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.multitask import NETWORKS, Study, train_table
from pyfrontiers.multitask import study as module
from pyfrontiers.multitask.runs import best_of_grid, graded_of
from pyfrontiers.multitask.table import table

TINY = Study(scenes=4, steps=1, seeds=2, tests=2, validation=1, height=16, width=32)
SIZE = ("--height", "16", "--width", "32")


FEW = ("classes", "instances", "depth", "equal", "more depth", "learned")


class KilledError(Exception):
    pass


@pytest.fixture(scope="module")
def few_networks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "NETWORKS", {name: NETWORKS[name] for name in FEW})
        yield


@pytest.fixture(scope="module")
def finished(few_networks, tmp_path_factory):
    """A study that was killed in the third training, and finished by a second call."""
    folder = tmp_path_factory.mktemp("runs")
    told = []

    def kill(fraction, text):
        told.append((fraction, text))
        if text.startswith("3 of"):
            raise KilledError

    with pytest.raises(KilledError):
        train_table(folder, study=TINY, report=kill)
    before = {path.name: path.read_bytes() for path in folder.glob("*-0.json")}
    runs = train_table(folder, study=TINY)
    return folder, before, runs, told


def test_finished_trainings_are_kept_after_a_kill(finished):
    folder, before, runs, told = finished
    assert sorted(before) == ["classes-0.json", "instances-0.json"]
    for name, content in before.items():
        assert (folder / name).read_bytes() == content
    assert not list(folder.glob("*.pt"))
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert len(runs) == 2 * len(FEW) - (best_of_grid(runs) == "equal")


def test_a_finished_study_is_read(finished, monkeypatch):
    folder, _, runs, _ = finished
    monkeypatch.setattr(module, "fit_tasks", None)
    assert train_table(folder, study=TINY) == runs


def test_the_table_has_a_row_for_each_method(finished):
    _, _, runs, _ = finished
    rows = table(graded_of(runs))
    assert list(rows) == ["alone", "equal", "grid", "learned"]
    for row in rows.values():
        assert set(row) >= {"iou", "boundary_f", "depth_error"}
        assert row["iou"].repeats == 2
    assert rows["grid"]["iou"].value == pytest.approx(
        sum(run.scores.iou for run in runs if run.network == best_of_grid(runs)) / 2
    )


def test_another_study_is_refused(finished):
    folder, *_ = finished
    with pytest.raises(
        ValueError, match=r"hold runs of this study, got .* of another one \(.*steps 1, not 2"
    ):
        train_table(folder, study=Study(steps=2))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("mine.txt",), "which holds mine.txt"),
        (("a.csv", "b.csv", "c.csv", "d.csv"), "which holds a.csv, b.csv, c.csv, ...;"),
        (("classes-0.json", ".DS_Store"), "which holds classes-0.json;"),
        (("study.json",), "the record study.json is damaged"),
    ],
)
def test_a_folder_with_other_files_is_refused_before_any_work(tmp_path, monkeypatch, files, said):
    monkeypatch.setattr(module, "load_tasks", None)
    for name in files:
        (tmp_path / name).write_text("mine")
    result = run("tasks", "table", "--folder", tmp_path)
    assert result.exit_code == 2
    shown = " ".join(result.stderr.split())
    assert f"--folder must be new, be empty or hold runs of this study, got {tmp_path}" in shown
    assert said in shown
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == dict.fromkeys(
        files, "mine"
    )


def test_what_a_system_leaves_in_a_folder_is_no_obstacle(tmp_path, few_networks):
    (tmp_path / ".DS_Store").touch()

    def kill(fraction, text):
        raise KilledError

    with pytest.raises(KilledError):
        train_table(tmp_path, study=TINY, report=kill)
    assert (tmp_path / "study.json").exists()


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_train_then_evaluate(tmp_path):
    file = tmp_path / "net.safetensors"
    command = ("tasks", "train", "-o", file, "--scenes", 4, "--steps", 2, *SIZE)
    result = run(*command, "--task", "classes", "--task", "depth", "--way", "pcgrad", "--json")
    assert result.exit_code == 0, result.output
    assert set(json.loads(result.stdout)["losses"]) == {"classes", "depth"}
    assert list(tmp_path.iterdir()) == [file]  # the checkpoint is gone
    result = run("tasks", "evaluate", "--weights", file, "--scenes", 2, *SIZE)
    assert result.exit_code == 0, result.output
    assert "mean IoU" in result.output
    assert "centroids" not in result.output


def test_a_folder_of_kitti_trains_what_it_has_labels_for(tmp_path):
    """Pictures with classes and instances, and without depth."""
    numbers = np.full((20, 40), 7 * 256, np.uint16)
    numbers[4:12, 3:17], numbers[6:16, 20:36] = 26 * 256 + 1, 26 * 256 + 2
    for name in ("000000_10", "000001_10"):
        for kind, pixels in {
            "image_2": np.zeros((20, 40, 3), np.uint8),
            "semantic": (numbers // 256).astype(np.uint8),
            "instance": numbers,
        }.items():
            path = tmp_path / "training" / kind / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
    file = tmp_path / "net.safetensors"
    folder = ("--data", tmp_path, "--layout", "kitti", "--split", "semantics", *SIZE)
    command = ("tasks", "train", "-o", file, "--steps", 1, *folder, "--json")
    result = run(*command, "--task", "classes", "--task", "instances")
    assert result.exit_code == 0, result.output
    result = run("tasks", "evaluate", "--weights", file, *folder, "--json")
    found = json.loads(result.stdout)
    assert found["offset_error"] > 0
    assert found["depth_error"] is None
    result = run(*command)
    assert result.exit_code == 2
    assert "have labels for (classes, instances), got 'depth'" in " ".join(result.output.split())


def test_recorded_table_stands_next_to_the_published_one():
    result = run("tasks", "table")
    assert result.exit_code == 0, result.output
    assert "PCGrad" in result.output
    assert "0.640" in result.output


def test_settings_of_a_training_are_refused_where_nothing_is_trained():
    result = run("tasks", "table", "--seeds", "1")
    assert result.exit_code == 2
    assert "--seeds must be given with --folder" in " ".join(result.output.split())
