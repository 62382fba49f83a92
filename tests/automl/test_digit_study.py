"""The study that a page runs: it continues, repeats nothing, and is read while it runs."""

import os

import pytest

from pyfrontiers.automl import ImageSpace, digit_study
from pyfrontiers.automl.digit_study import read_digit_study, study_digits, study_folder
from pyfrontiers.automl.study import StudyError
from pyfrontiers.compute import InlineExecutor

TINY = ImageSpace(
    (1, 8, 8), 10, layers=1, heights=(1, 3), widths=(1,), filters=(1, 2), strides=(1, 2)
)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Train children of a tiny space for one epoch, in this process."""
    monkeypatch.setattr(digit_study, "SPACE", TINY)
    monkeypatch.setattr(digit_study, "_EPOCHS", 1)
    monkeypatch.setattr(digit_study, "ProcessExecutor", InlineExecutor)


@pytest.mark.parametrize("search", ["reinforce", "random"])
def test_a_study_in_two_parts_is_the_study_in_one(tmp_path, search):
    parts = tmp_path / "parts"
    first = study_digits(search=search, children=2, seed=2, folder=str(parts))
    assert len(first.children) == 2
    assert read_digit_study(parts).children[:2] == first.children
    said = []
    both = study_digits(
        search=search,
        children=6,
        seed=2,
        folder=str(parts),
        report=lambda fraction, message: said.append((fraction, message)),
    )
    whole = study_digits(search=search, children=6, seed=2, folder=str(tmp_path / "whole"))
    assert [(c.architecture, c.accuracy) for c in both.children] == [
        (c.architecture, c.accuracy) for c in whole.children
    ]
    assert said[-1] == (1.0, "6 of 6 children")
    assert said[0][0] < 1
    assert said == sorted(said)


def test_a_child_proposed_again_is_there_again_and_costs_nothing(tmp_path):
    found = study_digits(search="random", children=10, seed=0, folder=str(tmp_path))
    names = [child.architecture for child in found.children]
    assert TINY.size < len(names)
    for place, child in enumerate(found.children):
        earlier = names.index(child.architecture)
        assert child.accuracy == found.children[earlier].accuracy
        assert (child.seconds == 0) == (earlier < place)
    assert found.best.accuracy == max(child.accuracy for child in found.children)


def test_a_shorter_study_is_the_beginning_of_a_longer_one(tmp_path):
    longer = study_digits(search="random", children=6, seed=1, folder=str(tmp_path))
    shorter = study_digits(search="random", children=2, seed=1, folder=str(tmp_path))
    assert shorter.children == longer.children[:2]


def test_folders_differ_with_search_seed_and_version(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folders = [study_folder("random", 1), study_folder("random", 2), study_folder("reinforce", 1)]
    monkeypatch.setattr(digit_study, "code_version", lambda: "another")
    folders.append(study_folder("random", 1))
    assert len(set(folders)) == 4
    assert all(tmp_path in folder.parents for folder in folders)
    assert read_digit_study(folders[0]) is None


def test_old_studies_of_other_versions_are_deleted_and_recent_ones_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    mine = study_folder("random", 1)
    studies = mine.parent.parent
    old, recent = studies / "old", studies / "recent"
    for folder in (old, recent):
        (folder / "random-1").mkdir(parents=True)
    os.utime(old, (0, 0))
    (studies / "gone").symlink_to("nowhere")  # as if another process had just deleted it
    study_digits(search="random", children=1, seed=1, folder=str(studies / "another" / "random-1"))
    assert old.exists(), "a folder chosen by the caller deletes nothing"
    study_digits(search="random", children=1, seed=1, folder=str(mine))
    left = {path.name for path in studies.iterdir()}
    assert left == {"another", "recent", "gone", mine.parent.name}


def test_a_folder_without_a_study_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match="folder must be empty or hold a study"):
        study_digits(search="random", children=1, seed=0, folder=str(tmp_path))
    with pytest.raises(StudyError, match="there is no study"):
        read_digit_study(tmp_path)
