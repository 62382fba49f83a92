"""The shipped attack outlives the export: another renderer's pictures are seen as the target."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from independent_renderer import independent_picture

from pyfrontiers.kernels import render
from pyfrontiers.physical import RECORDED, load_object, object_views, recorded_texture, save_object
from pyfrontiers.vision import IMAGE_SIZE, FastClassifier, classifier

POSES = 8


SHIPPED = [name for name, settings in RECORDED.items() if settings["start"] is None]


def test_a_texture_is_shipped():
    assert SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_exported_object_is_seen_as_the_target_in_another_renderer(name, tmp_path):
    pytest.importorskip("embreex", reason="embreex, which casts the rays, is not installed")
    found = recorded_texture(name)
    obj = load_object(RECORDED[name]["name"])
    save_object(replace(obj, texture=found.texture), tmp_path)
    drawn = object_views(obj).draw(2**40 + 7, POSES)
    behind = drawn.background.float()
    size = (IMAGE_SIZE, IMAGE_SIZE)
    ours = render(found.texture, obj.mesh, drawn.poses, size=size, background=behind).clamp(0, 1)
    pictures = []
    for pose in range(POSES):
        path = tmp_path / f"{obj.name}.{('glb', 'obj')[pose % 2]}"
        seen, hit = independent_picture(path, drawn.poses, pose, IMAGE_SIZE, shaded=True)
        pictures.append(np.where(hit, seen, behind[pose].numpy()[:, None, None]))
    theirs = torch.from_numpy(np.stack(pictures)).float().clamp(0, 1)
    assert float((ours - theirs).abs().mean()) < 1e-3
    seen_as = FastClassifier(classifier())(theirs).argmax(dim=1)
    assert int((seen_as == found.target).sum()) > POSES / 2
