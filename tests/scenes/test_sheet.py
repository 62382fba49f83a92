"""Contact sheets, and the command that writes one."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.scenes import StreetScenes, contact_sheet, scene, view_of

SMALL = {"height": 16, "width": 32}


def test_scenes_stand_in_rows():
    sheet = contact_sheet(StreetScenes(0, 5, **SMALL), columns=2)
    assert sheet.shape == (3 * 20 + 4, 2 * 36 + 4, 3)
    assert torch.equal(sheet[24:40, 40:72], view_of(scene(0, 3, **SMALL)))
    assert (sheet[44:60, 40:72] == 255).all()  # there is no sixth scene


def test_views_show_the_labels():
    one = scene(0, 5)
    classes, instances = view_of(one, "classes"), view_of(one, "instances")
    pairs = {
        (int(k), tuple(c))
        for k, c in zip(one.classes.ravel(), classes.view(-1, 3).tolist(), strict=True)
    }
    assert len(pairs) == len(one.classes.unique()) == len({colour for _, colour in pairs})
    assert torch.equal(instances.any(2), one.instances > 0)
    grey = view_of(one, "depth")[..., 0]
    nearer = one.depth[:-1] < one.depth[1:]
    assert (grey[:-1][nearer] >= grey[1:][nearer]).all()
    assert not grey[one.depth.isinf()].any()
    assert view_of(one, "edges").any()


def test_command_writes_a_sheet(tmp_path):
    file = tmp_path / "new" / "sheet.png"
    size = ("--height", "16", "--width", "32", "--count", "2", "--columns", "2")
    result = CliRunner().invoke(
        app,
        [
            "scenes",
            "sheet",
            "-o",
            str(file),
            *size,
            "--fog",
            "0.5",
            "--show",
            "picture",
            "--show",
            "depth",
            "--json",
        ],
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said == {"file": str(file), "scenes": 2, "width": 140, "height": 24}
    from pyfrontiers.scenes import Weather

    source = StreetScenes(0, 2, **SMALL, weather=Weather(fog=0.5))
    expected = contact_sheet(source, columns=2, views=("picture", "depth"))
    assert np.array_equal(np.array(Image.open(file)), expected.numpy())


def test_wrong_arguments():
    with pytest.raises(ValueError, match="views must hold at least one view, got none"):
        contact_sheet(StreetScenes(0, 1, **SMALL), views=())
    with pytest.raises(ValueError, match="source must hold at least one scene, got none"):
        contact_sheet([])
    mixed = [scene(0, 0, **SMALL), scene(0, 0, height=16, width=48)]
    with pytest.raises(ValueError, match=r"source must hold scenes of one size, got \(16, 32\) at"):
        contact_sheet(mixed)
    with pytest.raises(ValueError, match=r"view must be one of 'picture', .*, got 'normals'"):
        view_of(mixed[0], "normals")
