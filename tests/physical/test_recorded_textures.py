"""How a recorded texture is made again: stages that each start where the one before ended."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from pyfrontiers.physical import recorded_textures
from pyfrontiers.physical.recorded_textures import Stage, make, recorded_texture, write
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, load_record

SETTINGS = {
    "name": "baseball",
    "target": "espresso",
    "start": None,
    "stages": (Stage(6, 4, 32), Stage(2, 1.5, 20, 1e-3)),
    "views_per_step": 3,
    "smoothing": 0.5,
    "seed": 5,
}


@pytest.fixture
def calls(monkeypatch):
    """Pretend attacks, which return the shipped baseball, and note their arguments."""
    noted, whole = [], recorded_texture("baseball-espresso-32")

    def pretended(obj, target, *, progress, **options):
        noted.append(options)
        for step in range(options["steps"] + 1):
            progress(SimpleNamespace(step=step, steps=options["steps"]))
        return replace(whole, seed=options["seed"])

    def judged(*pair, count, seed):
        noted.append({"judged": seed, "count": count})
        return whole.evaluation

    monkeypatch.setattr(recorded_textures, "robust_texture", pretended)
    monkeypatch.setattr(recorded_textures, "judge", judged)
    return noted


def test_stages_follow_each_other(calls, monkeypatch):
    shares = []
    whole = recorded_texture("baseball-espresso-32")
    monkeypatch.setattr(recorded_textures, "RECORDED", {"one": SETTINGS})
    found = make(name="one", report=lambda share, message: shares.append(share))
    assert [call.get("seed") for call in calls] == [5, 6, None]
    assert calls[0]["start"] is None
    assert torch.equal(calls[1]["start"], whole.texture)
    assert [call["step"] for call in calls[:2]] == [4 / 255, 1.5 / 255]
    assert [call["epsilon"] for call in calls[:2]] == [32 / 255, 20 / 255]
    assert [call["distance_weight"] for call in calls[:2]] == [0.0, 1e-3]
    assert {call["smoothing"] for call in calls[:2]} == {0.5}
    assert calls[2] == {"judged": 5, "count": 1000}
    assert (found.steps, found.seed) == (8, 5)
    assert found.seconds == 2 * whole.seconds
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_start_counts_as_the_first_attack(calls, monkeypatch):
    known = {**recorded_textures.RECORDED, "one": {**SETTINGS, "start": "baseball-espresso-32"}}
    monkeypatch.setattr(recorded_textures, "RECORDED", known)
    make(name="one")
    assert torch.equal(calls[0]["start"], recorded_texture("baseball-espresso-32").texture)
    assert [call.get("seed") for call in calls] == [6, 7, None]


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
    assert recorded_texture(name).steps == sum(stage.steps for stage in settings["stages"])
    assert recorded_texture(name).views_per_step == settings["views_per_step"]
