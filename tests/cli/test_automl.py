"""The automl command: fit, status and resume, and errors for bad input."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from pyfrontiers.automl.service import fitting
from pyfrontiers.automl.service.exported_files import FILES
from pyfrontiers.cli.automl_run import seconds_in
from pyfrontiers.cli.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["automl", *map(str, arguments)])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "t.csv"
    rows = [f"{k % 3},{k % 7},{'abc'[k % 3]}" for k in range(45)]
    path.write_text("\n".join(["u,v,kind", *rows]))
    return path


def test_fit_status_and_resume(table, tmp_path, monkeypatch):
    table = shutil.copy(table, tmp_path / table.name)
    monkeypatch.setattr(fitting, "_INLINE", 1000.0)  # no worker starts, and the time is enough
    monkeypatch.setattr("pyfrontiers.automl.service.export.find_spec", lambda name: None)
    out = tmp_path / "child"
    done = run(
        "fit", table, "--target", "kind", "--budget", "10m", "--children", 2, "-o", out, "--json"
    )
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert printed["test"]["accuracy"]["value"] > 0.5
    assert set(FILES) - {"model.onnx"} <= set(printed["files"]) <= set(FILES)
    assert sorted(p.name for p in out.iterdir()) == sorted([*printed["files"], "search"])
    status = json.loads(run("status", out, "--json").stdout)
    assert (status["exported"], status["trials"]["done"]) == (True, 2)
    (out / "model.onnx").write_bytes(b"an earlier child")
    again = run("resume", out, "--children", 3)
    assert not (out / "model.onnx").exists()
    assert again.exit_code == 0, again.output
    shown = " ".join(again.stdout.split())
    assert "The search ended after 3 trainings" in shown
    assert "| `model.onnx` |" not in (out / "README.md").read_text(encoding="utf-8")
    assert "model.onnx was not written, because the package onnx is not installed: pip" in shown
    assert "done" in run("status", out).stdout
    refused = run("fit", table, "--target", "kind", "-o", out)
    assert refused.exit_code == 2
    assert "holds a search; continue it with" in refused.stderr
    for content, said in (
        ("u,v,other\n1,2,a\n", "the search's --target must be the column of t.csv"),
        ("u,v,kind\n" + "1,2,a\n3,4,b\n" * 4, "has another data set: it has"),
        (None, f"the search's data must be a file or a folder, got {table}, which does not exist"),
    ):
        table.write_text(content) if content else table.unlink()
        refused = run("resume", out)
        assert refused.exit_code == 2
        assert said in " ".join(refused.stderr.split())
        assert "DATA" not in refused.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--target", "other"), "--target must be "),
        (("--target", "kind", "--budget", "soon"), "--budget must be a time above 0"),
        (("--target", "kind", "--metric", "beauty"), "--metric must be among"),
        (
            ("--target", "kind", "--metric", "latency"),
            "--metric must begin with a figure of the predictions",
        ),
        (("--target", "kind", "--cluster", "127.0.0.1:1"), "--cluster must be "),
        (
            ("--target", "kind", "--parameters", 1),
            "--parameters must allow the smallest network for these data, which has ",
        ),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_no_folder(table, tmp_path, more, said):
    done = run("fit", table, *more, "-o", tmp_path / "child")
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "child").exists()


def test_output_with_other_files_and_folders_without_a_search_are_refused(table, tmp_path):
    (tmp_path / "mine").touch()
    assert "which holds other files" in run("fit", table, "-o", tmp_path).stderr
    assert "must hold a search" in run("status", tmp_path).stderr
    assert "must hold a search" in run("resume", tmp_path).stderr
    assert "FOLDER must hold a search" in run("status", tmp_path / "mine").stderr
    assert "DATA must be an .npz file" in run("fit", tmp_path / "mine", "-o", tmp_path / "o").stderr


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200)])
def test_times_are_read(text, seconds):
    assert seconds_in(text) == seconds
