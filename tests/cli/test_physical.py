"""The physical command: results, resuming a killed run, photographs, and errors for bad input."""

import json
import time

import pytest
import torch
from example_meshes import MATERIAL, SQUARE
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers import physical
from pyfrontiers.cli.main import app
from pyfrontiers.cli.physical_run import Run, _Shown
from pyfrontiers.cli.physical_tables import show_run
from pyfrontiers.physical import attack, load_mesh, object_views
from pyfrontiers.vision import photograph

#: As few views as possible: a run takes about two seconds.
TINY = ("--steps", 3, "--views-per-step", 1, "--poses", 2, "--length-mm", 20)


def run(*arguments):
    return CliRunner().invoke(app, ["physical", *map(str, arguments)])


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Use one thread: on a busy machine, two wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", autouse=True)
def small_blocks():
    """Draw held-out views two at a time instead of fifty: the runs here judge two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyfrontiers.adversarial.held_out.BLOCK", 2)
        yield


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    """Return the path of a mesh file: a card with the picture of a cup of coffee."""
    folder = tmp_path_factory.mktemp("mesh")
    (folder / "card.obj").write_text(SQUARE.replace("square", "card"))
    (folder / "card.mtl").write_text(MATERIAL.replace("square", "card"))
    photograph("coffee").resize((64, 64)).save(folder / "card.png")
    return folder / "card.obj"


@pytest.fixture(scope="module")
def finished(card, tmp_path_factory):
    """Return the folder of a finished run, and what it printed with --json."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    done = run(card, "--target", "rifle", *TINY, "--right", "espresso", "-o", out, "--json")
    assert done.exit_code == 0, done.output
    return out, json.loads(done.stdout)


def test_run_writes_all_files_and_a_result_with_provenance(finished, card):
    out, printed = finished
    names = {path.name for path in out.iterdir()}
    assert names == {
        *("card.glb", "card.obj", "card.mtl", "card.png", "card-original.png"),
        *("poses.png", "sheet.pdf", "result.json", "run.json"),
    }
    result = json.loads((out / "result.json").read_text())
    assert result | {"files": None} == printed | {"files": None}
    assert result["target"]["label"] == "rifle"
    assert [each["label"] for each in result["right"]] == ["espresso"]
    assert result["poses"] == 2
    assert result["provenance"]["seed"] == 0
    for when in ("before", "after"):
        assert sum(share["count"] for share in result[when].values()) == 2
    before, after = load_mesh(card).object.texture, load_mesh(out / "card.obj").object.texture
    change = float((before - after).abs().max())
    assert 0 < change <= 32 / 255 + 1e-6
    assert result["linf"] == pytest.approx(change)
    assert torch.equal(load_mesh(out / "card.glb").object.texture, after)
    assert result["sheet"]["pages"] == 1
    assert (out / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert Image.open(out / "poses.png").size == (6 * 112, 6 * 112)


def test_table_shows_the_verdicts_before_and_after(finished, capsys):
    out, result = finished
    show_run(result | {"right_known": False}, [out / "result.json"])
    text = " ".join(capsys.readouterr().out.split())
    for part in ("2 held-out poses", "adversarial", "other wrong", "correct", "before", "after"):
        assert part in text
    assert "assumed right, because most frequent before: espresso" in text
    assert "print sheet: 1 piece on 1 page (a4)" in text
    assert "result.json" in text


class Killed(BaseException):
    """Ends a run as a signal would: no handler of an error or of an interrupt runs."""


def test_killed_run_resumes_with_the_same_result(finished, card, tmp_path, monkeypatch):
    out = tmp_path / "killed"
    settings = [card, "--target", "rifle", *TINY, "--right", "espresso", "-o", out, "--json"]
    shown = _Shown.report

    def report(self, progress):
        shown(self, progress)
        if progress.step == 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(attack, "_SAVED", 0.0)  # save after every step
        patch.setattr(_Shown, "report", report)
        with pytest.raises(Killed):
            run(*settings)
    assert (out / "checkpoint.pt").exists()
    assert not (out / "result.json").exists()

    refused = run(*[64 if each == 3 else each for each in settings])
    assert refused.exit_code == 2
    assert "unfinished run has steps 3, not 64; repeat its settings" in " ".join(
        refused.stderr.split()
    )

    resumed = run(*settings)
    assert resumed.exit_code == 0, resumed.output
    assert "Resumed at step " in resumed.stderr
    assert "Resumed at step 0" not in resumed.stderr
    result = json.loads(resumed.stdout)
    assert result["resumed"]
    assert result["after"] == finished[1]["after"]
    assert (out / "card.png").read_bytes() == (finished[0] / "card.png").read_bytes()
    assert not (out / "checkpoint.pt").exists()


def test_finished_run_is_kept_unless_overwriting_is_asked_for(finished, card, tmp_path):
    out, _ = finished
    settings = (card, "--target", "rifle", *TINY, "--right", "espresso")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = run(*settings, "-o", out)
    assert done.exit_code == 2
    assert "holds a finished run; choose another folder, or give --overwrite" in " ".join(
        done.stderr.split()
    )
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    mine = tmp_path / "mine.txt"
    mine.write_text("keep")
    done = run(*settings, "-o", tmp_path)
    assert done.exit_code == 2
    assert "which holds mine.txt; choose another folder" in " ".join(done.stderr.split())
    # Overwriting deletes only what a run wrote.
    assert run(*settings, "-o", tmp_path, "--overwrite").exit_code == 2
    assert mine.read_text() == "keep"


def test_minutes_choose_the_steps_once(card, tmp_path, monkeypatch):
    def quick(*_, progress, **__):
        for _ in range(5):
            progress(None)

    obj = load_mesh(card).object
    run = Run(
        obj, 764, 32 / 255, None, 1.0, views_per_step=1, start=None, smoothing=0.0, poses=1, seed=0
    )
    with monkeypatch.context() as patch:
        patch.setattr(physical, "robust_texture", quick)
        patch.setattr(time, "perf_counter", iter([0.0, 7.0, 9.0, 11.0, 13.0]).__next__)
        # The first step, in which memory is set up, does not count.
        assert run._seconds_per_step(object_views(obj)) == 2.0
    monkeypatch.setattr(Run, "_seconds_per_step", lambda self, views: 2.0)
    assert run._steps(tmp_path / "steps.txt", None) == 30
    # A resumed run keeps them, however fast the machine is now.
    monkeypatch.setattr(Run, "_seconds_per_step", lambda self, views: 99.0)
    assert run._steps(tmp_path / "steps.txt", None) == 30


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["turtel", "--target", "rifle"], "OBJECT must be turtle or baseball or a mesh file, got"),
        (["turtel", "--target", "rifle"], "did you mean 'turtle'?"),
        (["turtle", "--target", "rifel"], "did you mean 'rifle'"),
        (
            ["CARD", "--target", "espresso", "--right", "espresso"],
            "must be a class that is wrong for the obj",
        ),
        (["turtle", "--target", "rifle", "--epsilon", "32"], "for 32 grey levels write 32/255"),
        (["turtle", "--target", "rifle", "--texture", "a.png"], "only with a mesh file, got the t"),
        (
            ["CARD", "--target", "rifle", "--steps", 2, "--minutes", 1],
            "must not be given togeth",
        ),
        (
            ["CARD", "--target", "rifle", "--minutes", "-1"],
            "--minutes must be above 0 and below 100,000, got -1",
        ),
        (["CARD", "--target", "rifle", "--seed", 2**64], "--seed must be an integer below 2^64"),
        (["CARD", "--target", "rifle", "--start", "turtle-rifle"], "did you mean 'turtle-rifle-"),
        (
            ["CARD", "--target", "rifle", "--start", "README.md"],
            r"README.md'. The file is text, not an image",
        ),
        (["CARD", "--target", "rifle", "--start", "small.png"], "64 x 64 texels like the object"),
        (["turtle", "--target", "rifle", "--poses", 0], "--poses"),
        (["turtle"], "--target"),
        (["README.md", "--target", "rifle"], "README.md must be an OBJ, GLB or glTF file"),
    ],
)
def test_bad_input_gives_a_sentence_and_writes_nothing(
    arguments, text, card, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("words")
    photograph("cat").resize((8, 8)).save(tmp_path / "small.png")
    given = [card if each == "CARD" else each for each in arguments]
    done = run(*given, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert text in " ".join(done.stderr.split()).replace("│ ", "").replace(" │", "")
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name in ("coffee", "cat"):
        photograph(name).save(folder / f"{name}.png")
    (folder / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")
    (folder / ".DS_Store").write_bytes(b"\0")
    return folder


def test_check_counts_photographs_of_a_folder(photos):
    done = run("check", photos, "--target", "espresso", "--right", "tabby cat", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["shares"]["adversarial"]["count"] == 1
    assert found["shares"]["other wrong"]["count"] == 1
    assert list(found["unreadable"]) == ["bad.jpg"]
    assert found["passed_over"] == {".DS_Store": 1}


def test_check_shows_the_table_and_each_photograph(photos):
    done = run("check", photos, photos / "coffee.png", "--target", "espresso", "--object", "turtle")
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    for part in ("2 photographs", "50.0 %", "coffee.png adversarial espresso 0.", "cat.png other"):
        assert part in text
    assert "coffee.png: the same picture again, not counted" in text
    assert "bad.jpg: not counted. The image file is damaged" in text
    assert "a photograph without the object counts as other wrong" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["none.jpg", "--target", "rifle", "--object", "turtle"],
            "got 1 without; none.jpg: The file",
        ),
        (["none.jpg", "--target", "rifle"], "--object or --right must say which classes are right"),
        (["none.jpg", "--target", "rifle", "--object", "tutle"], "--object must be one of turtle"),
        (
            ["none.jpg", "--target", "rifle", "--right", "turtel"],
            "--right must be one of ImageNet's",
        ),
        ([".", "--target", "rifle", "--object", "turtle"], "PHOTOS must be images or folders of"),
    ],
)
def test_check_refuses_bad_input_with_a_sentence(arguments, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("check", *arguments)
    assert done.exit_code == 2
    assert text in " ".join(done.stderr.split())
