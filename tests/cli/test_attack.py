"""The attack command: table, JSON, output file, and errors for bad input."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.attack import read_epsilon
from pyfrontiers.cli.main import app
from pyfrontiers.vision import PHOTOGRAPHS, classifier, photograph, prepare


def run(*arguments):
    return CliRunner().invoke(app, ["attack", *map(str, arguments)])


def test_json_and_output_file_of_an_attack(tmp_path):
    out = tmp_path / "out.png"
    done = run("temple", "--target", "ostrich", "--steps", 5, "--json", "-o", out)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["target"] == {"label": "ostrich", "index": 9}
    for ranking in (found["before"], found["after"], found["saved"]["after"]):
        assert len(ranking) == 5
        assert all(set(row) == {"label", "index", "probability"} for row in ranking)
        shares = [row["probability"] for row in ranking]
        assert shares == sorted(shares, reverse=True)
    assert found["before"][0]["label"] == "palace"
    assert found["linf"] <= 4 / 255
    assert found["saved"]["linf"] <= 4 / 255
    assert 0.9 < found["ssim"] < 1
    assert found["seconds"] > 0
    assert len(found["losses"]) == len(found["probabilities"]) == 6
    assert found["probabilities"][-1] > found["probabilities"][0]

    # The file gives the probabilities reported as "saved", and is within epsilon of the photograph.
    x = prepare(Image.open(out))
    best = classifier().probabilities(x[None])[0].max()
    assert float(best) == pytest.approx(found["saved"]["after"][0]["probability"], abs=2e-3)
    assert torch.round((x - prepare(photograph("temple"))).abs().max() * 255) == 4


def test_table_shows_both_rankings_and_the_distances(tmp_path):
    done = run("coffee", "--steps", 2, "-o", tmp_path / "out.png")
    assert done.exit_code == 0, done.output
    for word in ("before", "after", "espresso", "L-infinity 4.00/255", "SSIM", "2 steps in"):
        assert word in done.stdout
    assert "The attack did not reach ostrich; try more steps or a larger epsilon" in done.stdout
    assert "Saved as" in done.stdout


def test_nothing_is_written_without_output_option(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("cat", "--steps", 1).exit_code == 0
    assert not list(tmp_path.iterdir())


def test_seed_determines_the_random_start():
    def probabilities(*seed):
        return json.loads(run("cat", "--steps", 1, "--json", *seed).stdout)["probabilities"]

    first = probabilities("--seed", 3)
    assert first == pytest.approx(probabilities("--seed", 3), rel=1e-4)
    assert first != pytest.approx(probabilities("--seed", 4), rel=1e-4)
    assert first[0] != pytest.approx(probabilities()[0], rel=1e-4)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("0.01", 0.01), ("8/255", 8 / 255)])
def test_epsilon_is_a_number_or_a_fraction(text, value):
    done = run("cat", "--steps", 1, "--epsilon", text, "--json")
    found = json.loads(done.stdout)
    assert found["epsilon"] == value
    assert found["linf"] <= value


def test_attack_undone_by_rounding_is_reported():
    # Changes of less than half a grey level are rounded away.
    done = run("temple", "--epsilon", "0.45/255", "--target", "monastery", "--steps", 8)
    assert done.exit_code == 0, done.output
    assert "L-infinity 0.45/255" in done.stdout
    assert "Rounded to 8 bits, the image is classified as palace" in done.stdout


def test_image_file_can_be_attacked(tmp_path):
    path = tmp_path / "own.jpg"
    photograph("motorcycle").save(path)
    done = run(path, "--steps", 1, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["before"][0]["label"] in {"moped", "motor scooter"}


def test_fraction_above_one_is_not_divided_once_more():
    with pytest.raises(ValueError, match=r"0\.016, got '300/255'$"):
        read_epsilon("300/255")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["temple", "--target", "ostrch"], "did you mean 'ostrich'"),
        (["temple", "--target", "crane"], "--target must be that of one class, got 'crane'"),
        (["tempel"], "IMAGE must be a file or one of the photographs temple, flower"),
        (["tempel"], "got 'tempel', which is neither; did you mean 'temple'?"),
        (
            ["temple", "--epsilon", "4"],
            "got '4'; for 4 grey levels write 4/255",
        ),
        (
            ["temple", "--epsilon", "nan"],
            "--epsilon must be from 0 to 1, such as 4/255 or 0.016",
        ),
        (["temple", "--epsilon", "1/0"], "0.016, got '1/0'"),
        (["temple", "--epsilon", "x"], "0.016, got 'x'"),
        (["temple", "--epsilon", "-1/255"], "0.016, got '-1/255'"),
        (["temple", "--seed", "-1"], "--seed must be an integer from 0 to 2**64 - 1, got -1"),
        (["temple", "-o", "out.jpg"], "--output must end in .png, got"),
        (["temple", "--steps", "0"], "--steps"),
        (["."], "IMAGE must be an image file, got the folder .; name a file in it"),
    ],
)
def test_bad_input_gives_a_sentence_and_exit_code_2(arguments, text):
    done = run(*arguments)
    assert done.exit_code == 2
    assert text in " ".join(done.stderr.split())
    assert not done.stdout


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "The file is empty"),
        (b"words " * 100, "The file is text, not an image"),
        (b"<svg></svg>", "an SVG drawing"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "image"),
    ],
)
def test_unreadable_image_is_reported_with_its_file_name(tmp_path, content, text):
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    done = run(path)
    assert done.exit_code == 2
    assert "bad.png: " in done.stderr
    assert text in " ".join(done.stderr.split())


def test_huge_file_is_rejected_before_reading(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    done = run(path)
    assert done.exit_code == 2
    assert "3000.0 MB, more than the limit of 10 MB" in " ".join(done.stderr.split())


def test_saved_change_is_in_whole_grey_levels(tmp_path):
    out = tmp_path / "out.png"
    run("flower", "--steps", 2, "--epsilon", "2.5/255", "-o", out)
    change = np.asarray(Image.open(out)).astype(int) - np.asarray(
        (prepare(photograph("flower")) * 255).round().permute(1, 2, 0)
    )
    assert np.abs(change).max() == math.floor(2.5)


def test_help_lists_every_included_photograph():
    page = CliRunner().invoke(app, ["attack", "--help"], env={"COLUMNS": "200"}).output
    assert all(name in page for name in PHOTOGRAPHS)
