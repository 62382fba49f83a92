"""`pyfrontiers record`: listing the records and remaking them."""

import json
import statistics

import pytest
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.recording import Recipe, load_record, registry, save_record


def write(made, folder):
    return [save_record(folder / "mean.json", made[0].provenance, {"mean": made[0].result})]


@pytest.fixture(params=[("beside", "alone")])
def run(request, monkeypatch, tmp_path):
    class Given(registry.Recipes):
        def __iter__(self):
            return iter(request.param)

        def __getitem__(self, name):
            folder = tmp_path / name
            runs = [{"data": ["a"] if name == "broken" else [1.0, 2.0]}]
            return Recipe("A mean", statistics.fmean, lambda: runs, write, folder, name == "alone")

    monkeypatch.setattr(registry, "RECIPES", Given({}))
    return lambda *arguments: CliRunner().invoke(app, ["record", *arguments])


def test_records_are_written_to_their_folders(run, tmp_path):
    result = run("--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["name"] for row in rows] == ["beside", "alone"]
    for row in rows:
        assert row["files"] == [str(tmp_path / row["name"] / "mean.json")]
        assert load_record(tmp_path / row["name"] / "mean.json")[1] == {"mean": 1.5}


def test_one_record_goes_to_another_folder(run, tmp_path):
    result = run("alone", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "mean.json" in result.stdout.replace("\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_list_names_folders_and_writes_nothing(run, tmp_path):
    result = run("--list")
    assert result.exit_code == 0
    assert "beside" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_cannot_be_written_is_noticed_first(run, tmp_path):
    (tmp_path / "alone").touch()
    result = run("beside", "alone")
    assert result.exit_code == 2
    assert "--out must be a folder, got the file" in result.stderr
    assert not (tmp_path / "beside").exists()


def test_an_unknown_name_is_bad_input(run):
    result = run("alon")
    assert result.exit_code == 2
    assert "did you mean alone?" in " ".join(result.stderr.split())


@pytest.mark.parametrize("run", [("beside", "broken")], indirect=True)
def test_failure_keeps_the_records_made_before_it(run, tmp_path):
    result = run()
    assert result.exit_code != 0
    assert "must be real number" in result.stderr
    assert load_record(tmp_path / "beside" / "mean.json")[1] == {"mean": 1.5}
