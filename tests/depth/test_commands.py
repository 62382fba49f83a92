"""`pyfrontiers scenes train` and `evaluate`, and `pyfrontiers depth`."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.depth import (
    AS_TRAINED,
    DepthNet,
    fitted_picture,
    predict_depth,
    save_weights,
    trained_depth,
)
from pyfrontiers.scenes import StreetScenes, batch
from pyfrontiers.vision import PHOTOGRAPHS, photograph

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


def test_help_says_how_much_more_the_passes_disagree_on_photographs():
    streets = batch(list(StreetScenes(1, 4, **AS_TRAINED)), range(4)).images
    pictures = [photograph(name).convert("RGB") for name in PHOTOGRAPHS]
    tensors = [torch.tensor(np.array(each)).movedim(2, 0).float() / 255 for each in pictures]
    both = [*streets, *map(fitted_picture, tensors)]
    maps = predict_depth(trained_depth(), torch.stack(both), samples=20, seed=0)
    found = maps.epistemic.mean((1, 2))
    ratios = found[4:] / found[:4].mean()
    said = f"passes disagree {ratios.min():.0f} to {ratios.max():.0f} times as much as on a street"
    assert said in " ".join(run("depth", "--help").output.split()).replace("│ ", "")
