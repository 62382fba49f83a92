"""`pyfrontiers scenes train` and `evaluate`, and `pyfrontiers depth`."""

import json

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.depth import DepthNet, save_weights

SIZE = ("--height", "16", "--width", "32")


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_train_then_evaluate(tmp_path):
    file = tmp_path / "net.safetensors"
    result = run("scenes", "train", "-o", file, "--scenes", 4, "--steps", 2, *SIZE, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["scenes"] == 4
    assert list(tmp_path.iterdir()) == [file]  # the checkpoint is gone
    result = run("scenes", "evaluate", "--weights", file, "--scenes", 3, "--samples", 2, *SIZE)
    assert result.exit_code == 0, result.output
    assert "AUSE of sigma" in result.output
    assert "95 % interval" in result.output


def test_depth_of_a_picture(tmp_path):
    weights, picture, maps = (tmp_path / name for name in ("net.safetensors", "a.png", "maps.png"))
    save_weights(DepthNet(), weights)
    Image.fromarray(torch.randint(0, 255, (90, 120, 3), dtype=torch.uint8).numpy()).save(picture)
    result = run("depth", picture, "-o", maps, "--weights", weights, "--samples", 2, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["epistemic"] > 0
    width, height = Image.open(maps).size
    assert width == 2 * 512 + 4
    assert height > 3 * 256 + 8  # titles and colour bars


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nowhere.png", "-o", "maps.png"), "IMAGE must be a file or one of"),
        (("temple", "-o", "maps.jpg"), "--output must end in .png"),
    ],
)
def test_bad_arguments_are_told(arguments, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("depth", *arguments)
    assert result.exit_code == 2
    assert text in " ".join(result.output.split())
