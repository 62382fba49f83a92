"""How a recorded texture is made again: stages that each start where the one before ended."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from pyfrontiers.physical import recorded_textures
from pyfrontiers.physical.recorded_textures import make, recorded_texture, write
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, load_record

SETTINGS = {
    "name": "baseball",
    "target": "espresso",
    "levels": 32,
    "stages": ((6, 4), (2, 1.5)),
    "views_per_step": 3,
    "seed": 5,
}


def test_stages_follow_each_other(monkeypatch):
    calls, shares = [], []
    whole = recorded_texture("baseball-espresso-32")

    def pretended(obj, target, *, progress, **options):
        calls.append(options)
        for step in range(options["steps"] + 1):
            progress(SimpleNamespace(step=step, steps=options["steps"]))
        return whole

    monkeypatch.setattr(recorded_textures, "robust_texture", pretended)
    monkeypatch.setattr(recorded_textures, "RECORDED", {"one": SETTINGS})
    found = make(name="one", report=lambda share, message: shares.append(share))
    assert [call["seed"] for call in calls] == [5, 6]
    assert calls[0]["start"] is None
    assert torch.equal(calls[1]["start"], whole.texture)
    assert [call["step"] for call in calls] == [4 / 255, 1.5 / 255]
    assert found.steps == 8
    assert found.seconds == 2 * whole.seconds
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_files_hold_what_was_found(tmp_path):
    found = recorded_texture("turtle-rifle-32")
    made = Made(found, Provenance.now(seed=0, seconds=1.0))
    record, picture = write("turtle-rifle-32", made, tmp_path)
    shipped = recorded_textures.FOLDER
    assert load_record(record)[1] == load_record(shipped / record.name)[1]
    from PIL import Image

    with Image.open(picture) as new, Image.open(shipped / picture.name) as old:
        assert new.tobytes() == old.tobytes()


@pytest.mark.parametrize("name", sorted(recorded_textures.RECORDED))
def test_shipped_steps_are_those_of_the_stages(name):
    settings = recorded_textures.RECORDED[name]
    assert recorded_texture(name).steps == sum(steps for steps, _ in settings["stages"])
    assert recorded_texture(name).views_per_step == settings["views_per_step"]
