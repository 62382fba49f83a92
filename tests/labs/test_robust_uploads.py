"""The experiment of section 8 with a visitor's object: how it is read, shown and attacked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical import PhotoTable, TexturedObject, load_object
from pyfrontiers.physical.live import LiveTexture
from pyfrontiers.physical.photos import PhotoResult
from pyfrontiers.physical.seen import HeldOutPictures
from pyfrontiers.physical.uploaded import UploadedObject
from pyfrontiers.refusal import Refusal
from pyfrontiers.vision import CLASS_NAMES
from streamlit_app.labs.robust_adversarial_examples.attacking import _targets
from streamlit_app.labs.robust_adversarial_examples.scene import View, _kept_answer, answer
from streamlit_app.labs.robust_adversarial_examples.textures import Skin

ADDRESS = {"rae_object": "Your own"}
BALL, CROQUET, RIFLE = 852, 522, 764


@pytest.fixture
def upload() -> UploadedObject:
    """An object that is seen as a tennis ball from most sides."""
    obj = TexturedObject("My ball", Mesh.sphere(8, 8), torch.full((3, 16, 32), 0.6))
    return UploadedObject(obj, ("2 of 9 faces have no area",), ((BALL, 0.75), (CROQUET, 0.25)), 24)


@pytest.fixture
def found() -> LiveTexture:
    return LiveTexture(
        *(np.zeros((16, 32, 3), np.uint8), RIFLE, 32 / 255, (0.1, 0.4)),
        *(100, 0.41, 0.2, 0.97, 12.0),
    )


def opened(visit, results, upload):
    """Open the page and upload a file, which is read as `upload`."""
    results["inspect_upload"] = upload
    page = visit("robust-adversarial-examples", **ADDRESS)
    page.file_uploader(key="rae-upload").set_value(("ball.glb", b"glTF", "")).run()
    assert not page.exception
    return page


def test_page_without_a_file_asks_for_one(visit, text) -> None:
    page = visit("robust-adversarial-examples", **ADDRESS)
    shown = text(page)
    assert "25 MB and 200,000 faces" in page.file_uploader(key="rae-upload").label
    # The rest of the page needs no object.
    assert "Compared with the paper" in shown
    assert "Make one here" not in shown


def test_upload_is_described_and_shown(visit, text, finished, upload) -> None:
    results, asked = finished
    page = opened(visit, results, upload)
    assert asked["inspect_upload"] == {"files": [("ball.glb", b"glTF")], "up": "y"}
    shown = text(page)
    faces = len(upload.object.mesh.faces)
    assert f"My ball: {faces} faces, texture 32 × 16. 2 of 9 faces have no area. In 24" in shown
    assert "<strong>tennis ball</strong> in 75" in shown
    assert page.session_state["rae-item"][2].obj.classes == (BALL, CROQUET)
    for part in ("Poses that no attack has seen", "Make one here", "Take it along"):
        assert part in shown
    assert "First make a texture above" in shown


def test_classes_that_are_right_can_be_changed(visit, finished, upload) -> None:
    page = opened(visit, finished[0], upload)
    (choice,) = (one for one in page.multiselect if one.label.startswith("What it is"))
    assert choice.value == ["tennis ball", "croquet ball"]
    choice.set_value(["croquet ball"]).run()
    assert not page.exception
    item = page.session_state["rae-item"][2]
    assert (item.word, item.obj.classes) == ("croquet ball", (CROQUET,))
    assert item.obj.mesh is upload.object.mesh


def test_upload_is_attacked_and_its_poses_are_classified(
    visit, text, finished, upload, found
) -> None:
    results, asked = finished
    page = opened(visit, results, upload)
    results["attack_live"] = found
    page.button(key="run-rae-attack").click().run()
    assert not page.exception
    item = page.session_state["rae-item"][2]
    assert asked["attack_live"]["obj"] is item.obj
    assert "a tennis ball in 20" in text(page)
    *_, skin = page.session_state["rae-own-upload"]
    assert (skin.title, skin.aim, skin.shipped) == ("Your run", RIFLE, False)
    results["see_objects"] = HeldOutPictures(
        np.zeros((2, 48, 112, 112, 3), np.uint8), np.full((2, 48), RIFLE), None
    )
    page.button(key="run-rae-poses").click().run()
    assert not page.exception
    assert asked["see_objects"]["objects"] == [item.obj, skin.obj]
    assert "<b>48</b> of 48 rifle, the target" in text(page)
    # Another object must not be shown in this texture.
    other = replace(upload, object=replace(upload.object, mesh=Mesh.sphere(4, 4)))
    results["inspect_upload"] = other
    page.file_uploader(key="rae-upload").set_value(("b.glb", b"glTF?", "")).run()
    assert not page.exception
    assert "Your run" not in text(page)
    assert "First make a texture above" in text(page)


def test_unusable_file_is_answered_by_its_sentence(visit, text, finished) -> None:
    sentence = "a.glb must have at most 200,000 faces, got 300,000"
    page = opened(visit, finished[0], Refusal(sentence))
    assert f'role="alert">{sentence}<' in text(page)
    assert "Make one here" not in text(page)
    # The rest of the page promises no photographs of an object that is not there.
    assert "needs your photographs" in text(page)
    assert "photographs above" not in text(page)


def test_photographs_are_judged_until_their_files_are_removed(
    visit, text, finished, upload, found
) -> None:
    results, asked = finished
    page = opened(visit, results, upload)
    results["attack_live"] = found
    page.button(key="run-rae-attack").click().run()
    ranking = (("rifle", RIFLE, 0.5),)
    photo = PhotoResult("print.png", "target", ranking, {})
    results["check_photos"] = PhotoTable(RIFLE, (BALL, CROQUET), (photo,), {"b.png": "Empty."})
    page.file_uploader(key="rae-photos").set_value(("print.png", b"PNG", "")).run()
    assert not page.exception
    assert asked["check_photos"]["right"] == (BALL, CROQUET)
    assert "1 of 1, 100" in text(page)
    assert "<strong>b.png</strong> is not counted: Empty." in text(page)
    page.session_state["kept"] = page.session_state["rae-checked"]
    page.file_uploader(key="rae-photos").set_value([]).run()
    assert "1 of 1, 100" not in text(page)
    # As when the page is left: the uploader is empty, and no file was removed.
    page.session_state["rae-checked"] = page.session_state["kept"]
    page.run()
    assert "1 of 1, 100" in text(page)
    # The target of the run is right now: such photographs prove nothing.
    (choice,) = (one for one in page.multiselect if one.label.startswith("What it is"))
    choice.set_value(["tennis ball", "rifle"]).run()
    assert not page.exception
    assert "which is now one of the right classes" in text(page)
    assert "1 of 1, 100" not in text(page)


def test_answers_about_a_visitors_object_are_not_kept() -> None:
    ball = load_object("baseball")
    for shipped in (False, True):
        _kept_answer.cache_clear()
        answer(View(Skin("a", "A", ball, shipped=shipped), 0, 45, 3.9, 0, "grey"))
        assert _kept_answer.cache_info().currsize == shipped


def test_right_class_is_no_target() -> None:
    names = _targets("rifle", (764, 0))
    assert len(names) == 998
    assert names[0] == min(set(CLASS_NAMES) - {"rifle", "tench"}, key=str.casefold)
    assert _targets("rifle", ())[0] == "rifle"
