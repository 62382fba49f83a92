"""The folder of a run: started once, resumed with equal settings, and never overwritten unasked."""

import json

import pytest

from pyfrontiers.physical.run_folder import RunFolder

SETTINGS = {"target": 764, "epsilon": 32 / 255, "views_per_step": 24, "seed": 2**64 - 1}


def test_new_and_empty_folders_start_a_run(tmp_path):
    for path in (tmp_path / "deep" / "new", tmp_path / "empty"):
        if path.name == "empty":
            path.mkdir()
        folder = RunFolder.open(path, SETTINGS)
        assert not folder.resumed
        assert json.loads((path / "run.json").read_text()) == SETTINGS


def test_unfinished_run_resumes_with_equal_settings_only(tmp_path):
    first = RunFolder.open(tmp_path, SETTINGS)
    first.checkpoint.write_bytes(b"state")
    again = RunFolder.open(tmp_path, dict(SETTINGS))
    assert again.resumed
    assert again.checkpoint.read_bytes() == b"state"
    with pytest.raises(FileExistsError, match="whose unfinished run has views-per-step 24, not 8"):
        RunFolder.open(tmp_path, SETTINGS | {"views_per_step": 8})
    with pytest.raises(FileExistsError, match="whose unfinished run has seed 18446744073709551615"):
        RunFolder.open(tmp_path, {name: SETTINGS[name] for name in ("target", "epsilon")})
    with pytest.raises(FileExistsError, match="has minutes None, not 5"):
        RunFolder.open(tmp_path, SETTINGS | {"minutes": 5})


def test_finished_run_is_replaced_only_on_demand_and_nothing_else_is_deleted(tmp_path):
    folder = RunFolder.open(tmp_path, SETTINGS)
    folder.checkpoint.write_bytes(b"state")
    folder.chosen.write_text("3")
    paths = folder.finish({"target": 764}, {"a.png": b"png", "a.glb": b"glb"})
    assert [path.name for path in paths] == ["a.glb", "a.png", "result.json"]
    assert {path.name for path in tmp_path.iterdir()} == {
        *("run.json", "result.json", "a.png", "a.glb")
    }
    with pytest.raises(FileExistsError, match="which holds a finished run; choose another folder"):
        RunFolder.open(tmp_path, SETTINGS)
    other = SETTINGS | {"seed": 1}
    assert not RunFolder.open(tmp_path, other, overwrite=True).resumed
    assert {path.name for path in tmp_path.iterdir()} == {"run.json"}


def test_other_files_are_never_touched(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(FileExistsError, match=r"which holds thesis\.tex; choose another fol"):
            RunFolder.open(tmp_path, SETTINGS, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    # A result that names a file elsewhere deletes nothing there.
    outside = tmp_path / "thesis.tex"
    run = tmp_path / "run"
    RunFolder.open(run, SETTINGS).finish({}, {})
    (run / "result.json").write_text(json.dumps({"files": ["../thesis.tex"]}))
    RunFolder.open(run, SETTINGS, overwrite=True)
    assert outside.exists()


def test_path_of_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(NotADirectoryError, match="output must be a folder, got the file"):
        RunFolder.open(tmp_path / "out", SETTINGS)


def test_damaged_settings_count_as_other_files(tmp_path):
    (tmp_path / "run.json").write_text('{"target": ')
    with pytest.raises(FileExistsError, match=r"which holds run\.json; choose another folder"):
        RunFolder.open(tmp_path, SETTINGS)
