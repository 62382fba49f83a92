"""What a study says about files that are damaged, foreign or of another version, or a full disk."""

import sqlite3
from dataclasses import replace

import pytest
from scripted import Scripted
from study_children import Climber, Halving, Toy

from pyfrontiers.automl.study import StudyError, open_study, read_study
from pyfrontiers.automl.study.settings import Settings


@pytest.fixture
def half(begin, tmp_path):
    """A study that was interrupted; returns its file."""
    study = begin()
    with pytest.raises(KeyboardInterrupt):
        study.run(Scripted(2, interrupt=40), children=30)
    study.close()
    return tmp_path / "study" / "study.sqlite"


@pytest.fixture
def whole(begin, seen):
    study = begin("whole")
    study.run(Scripted(2), children=30)
    return seen(study)


def change(path, statement):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("version", "2", "has another version of the code: it has '1', wanted '2'"),
        ("seed", 7, "has another seed: it has 0, wanted 7"),
        ("rungs", (1, 3), r"has another list of rungs: it has \(1, 2\), wanted \(1, 3\)"),
        ("window", 4, "has another window: it has 8, wanted 4"),
        ("search", Halving(), "another search: it has 'study_children.Climber', wanted"),
        ("trainable", Toy(pause=1.0), "has another trainable"),
        ("data", [1, 2], "has another data"),
        ("space", ("a", "b"), "has another search space"),
    ],
)
def test_study_with_other_settings_is_refused(begin, half, setting, value, message):
    with pytest.raises(StudyError, match=f"{message}.*continue it with the same, or begin in"):
        begin(**{setting: value})


def without_a_page_of_trials(content):
    at = content.find(b'{"size":') // 4096 * 4096
    assert at > 0
    return content[:at] + bytes(4096) + content[at + 4096 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"\x00" * 100 + content[100:],
        lambda content: content[: len(content) // 2 // 4096 * 4096],
        lambda content: content[:4096] + b"\x55" * (len(content) - 4096),
        lambda content: b"these are no tables" * 100,
        without_a_page_of_trials,
    ],
    ids=["header", "truncated", "pages", "text", "one page"],
)
def test_damaged_study_is_refused(begin, half, damage):
    half.write_bytes(damage(half.read_bytes()))
    with pytest.raises(StudyError, match=r"is damaged \(.*\); restore a copy of study.sqlite, or"):
        begin()
    with pytest.raises(StudyError, match="is damaged"):
        read_study(half.parent)


def test_study_of_another_format_is_refused(begin, half):
    change(half, "PRAGMA user_version = 9")
    with pytest.raises(StudyError, match="has format 9, and this version of pyfrontiers reads"):
        begin()


def test_foreign_database_is_refused(begin, tmp_path):
    (tmp_path / "study").mkdir()
    change(tmp_path / "study" / "study.sqlite", "CREATE TABLE mine (a)")
    with pytest.raises(StudyError, match=r"study.sqlite is not a study; choose another folder"):
        begin()


def test_file_that_was_never_filled_is_a_new_study(begin, tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.sqlite").touch()
    assert begin().run(Scripted(1), children=3).children == 3


def test_folder_with_other_files_is_left_alone(begin, tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "thesis.tex").touch()
    with pytest.raises(StudyError, match=r"folder must be empty or hold a study, got .* other fil"):
        begin()


def test_folder_that_is_a_file_is_refused(begin, tmp_path):
    (tmp_path / "study").touch()
    with pytest.raises(StudyError, match="folder must be a folder that can be written, got"):
        begin()


def test_there_is_nothing_to_read_where_no_study_is(tmp_path):
    with pytest.raises(StudyError, match="there is no study in"):
        read_study(tmp_path)


def test_incomplete_settings_are_refused(begin, half):
    change(half, "DELETE FROM settings WHERE name = 'window'")
    with pytest.raises(StudyError, match="is damaged \\(its settings are incomplete\\)"):
        begin()


def test_damaged_state_of_the_search_is_replaced_by_the_first(begin, seen, half, whole):
    change(half, "UPDATE snapshots SET state = x'00' WHERE name = 'latest'")
    study = begin()
    study.run(Scripted(2), children=30)
    assert seen(study) == whole
    study.close()
    change(half, "UPDATE snapshots SET state = x'00'")
    with pytest.raises(StudyError, match="the states of the search are damaged"):
        begin().run(Scripted(2), children=31)


def test_damaged_checkpoint_is_trained_anew(begin, seen, half, whole):
    change(half, "UPDATE checkpoints SET content = x'00'")
    study = begin()
    study.run(Scripted(2), children=30)
    assert seen(study) == whole


def test_full_disk_ends_the_run_and_loses_nothing(begin, seen, whole):
    study = begin(trainable=Toy(weight=5000))
    ask = study._database.connection.execute
    (pages,) = ask("PRAGMA page_count").fetchone()
    reached = []
    for extra in (1, 2, 3):
        ask(f"PRAGMA max_page_count = {pages + extra}")
        with pytest.raises(StudyError, match=r"the disk of .*study is full; what the study has"):
            study.run(Scripted(2, seed=extra), children=30)
        reached.append(study.counts().get("done", 0))
    assert reached == sorted(reached)
    assert 0 < reached[-1] < len(whole)
    ask("PRAGMA max_page_count = 1000000")
    study.run(Scripted(2), children=30)
    assert seen(study) == whole


def test_full_disk_of_a_worker_fails_no_child(begin):
    study = begin(trainable=Full())
    with pytest.raises(StudyError, match=r"no child can be trained: .*No space left on device"):
        study.run(Scripted(1), children=3)
    assert study.counts().get("failed", 0) == 0


class Full(Toy):
    def __call__(self, architecture, **rest):
        raise OSError(28, "No space left on device")


def test_key_depends_on_everything_that_the_outcome_does():
    settings = Settings(0, (1, 2), 8, "search", "space", "trainable", "data", "version")
    others = [
        replace(settings, **{name: value}).key((1, 2), 3)
        for name, value in (("seed", 1), ("trainable", "x"), ("data", "x"), ("version", "x"))
    ]
    keys = [settings.key((1, 2), 3), settings.key((1, 2), 4), settings.key((1, 3), 3), *others]
    assert len(set(keys)) == 7
    assert settings.key((1, 2), 3) == keys[0]
    assert replace(settings, window=4, rungs=(), search="x").key((1, 2), 3) == keys[0]


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("search", None, "search must be a Search with ask, tell, state, restore, got None"),
        ("trainable", Toy, "trainable must be a function or an instance, got the class Toy"),
        ("trainable", lambda: None, "trainable must be None, bool.*no canonical form"),
        ("data", object(), "data must be None, bool"),
        ("seed", -1, "seed must be an integer"),
        ("rungs", (3, 1), r"rungs must be ascending, got \[3, 1\]"),
        ("rungs", (0,), r"rungs\[0\] must be an integer"),
        ("window", 0, "window must be an integer"),
    ],
)
def test_wrong_argument_is_named(tmp_path, argument, value, message):
    given = {"search": Climber(), "trainable": Toy()} | {argument: value}
    with pytest.raises((TypeError, ValueError), match=message):
        open_study(tmp_path / "study", **given)
    assert not (tmp_path / "study").exists() or not any((tmp_path / "study").iterdir())
