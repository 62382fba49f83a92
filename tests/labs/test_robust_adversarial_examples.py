"""The experiment of section 8: the object in the hand, its poses, and what the server answers."""

from __future__ import annotations

import base64
import io
import json
import math
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers import kernels
from pyfrontiers.physical import OBJECTS, RECORDED, PrintSheet, load_object, recorded_texture
from pyfrontiers.physical.live import LiveTexture
from pyfrontiers.physical.seen import HeldOutPictures
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples import attacking, files, paper
from streamlit_app.labs.robust_adversarial_examples import scene as scenes
from streamlit_app.labs.robust_adversarial_examples.packing import packed_model
from streamlit_app.labs.robust_adversarial_examples.scene import START, View, answer, scene
from streamlit_app.labs.robust_adversarial_examples.textures import shipped_item
from streamlit_app.labs.robust_adversarial_examples.viewer import first_view


def first() -> View:
    return View(shipped_item("baseball").skins[0], 215, 45, 3.9, -30, "grey")


def unpacked(data: bytes):
    """Read a model as `model.js` does: header and the bytes of a part."""
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])

    def part(place):
        start = 4 + length + place[0]
        return data[start : start + place[1]]

    return head, part


@pytest.mark.long("loads and renders each object for the first time")
@pytest.mark.parametrize("name", OBJECTS)
def test_page_opens_with_every_object(visit, name):
    page = visit("robust-adversarial-examples", rae_object=name.capitalize())
    assert not page.exception
    assert page.slider(key="rae-turn").value == START["turn"]


def test_pose_is_part_of_the_address_and_out_of_range_is_left_out(visit):
    page = visit("robust-adversarial-examples", rae_turn="10", rae_elevation="500")
    assert page.slider(key="rae-turn").value == 10
    assert page.slider(key="rae-elevation").value == START["elevation"]


def test_packed_faces_are_the_faces_of_the_mesh():
    obj = load_object("baseball")
    _, data = packed_model(obj.mesh, {"original": obj.texture})
    head, part = unpacked(data)
    faces = np.frombuffer(part(head["faces"]), "<u2").astype(int)
    positions = np.frombuffer(part(head["positions"]), "<f4").reshape(-1, 3)
    uv = np.frombuffer(part(head["uv"]), "<u2").reshape(-1, 2) / 65535
    normals = np.frombuffer(part(head["normals"]), np.int8).reshape(-1, 4)[:, :3] / 127
    corners = obj.mesh.corners[:, :15].reshape(-1, 5).numpy()
    vertices = obj.mesh.vertices[obj.mesh.faces.long().flatten()].numpy()
    np.testing.assert_allclose(positions[faces], vertices, atol=1e-6)
    np.testing.assert_allclose(uv[faces], corners[:, :2].clip(0, 1), atol=1e-5)
    np.testing.assert_allclose(normals[faces], corners[:, 2:], atol=0.006)
    # Corners that faces share are stored once.
    assert len(positions) < len(faces) / 3
    picture = np.asarray(Image.open(io.BytesIO(part(head["textures"]["original"]))))
    assert picture.shape[:2] == tuple(obj.texture.shape[1:])


def test_a_mesh_of_many_vertices_has_wide_indices():
    mesh = kernels.Mesh.sphere(400, 200)
    head, part = unpacked(packed_model(mesh, {})[1])
    assert head["vertices"] > 65535
    assert np.frombuffer(part(head["faces"]), "<u4").max() == head["vertices"] - 1


def test_equal_objects_have_one_identifier_and_others_another():
    mesh, texture = kernels.Mesh.sphere(4, 6), torch.zeros(3, 8, 8)
    first, again = packed_model(mesh, {"a": texture})[0], packed_model(mesh, {"a": texture})[0]
    assert first == again
    assert packed_model(mesh, {"a": texture + 1})[0] != first


def test_answer_is_about_the_picture_that_it_shows():
    found = answer(first())
    picture = Image.open(io.BytesIO(base64.b64decode(found["picture"])))
    assert picture.size == (224, 224)
    assert [row["probability"] for row in found["top"]] == sorted(
        (row["probability"] for row in found["top"]), reverse=True
    )
    assert found["name"] == found["top"][0]["name"]
    background = np.asarray(picture)[2, 2] / 255
    np.testing.assert_allclose(background, scenes.BACKGROUNDS["grey"], atol=0.03)


@pytest.mark.parametrize("name", OBJECTS)
def test_first_pose_shows_what_the_page_is_about(name):
    # Otherwise a visitor who turns to the original would see another mistake.
    for skin in shipped_item(name).skins:
        kind = answer(replace(first_view(name), skin=skin))["kind"]
        assert kind == ("right" if skin.aim is None else "target")


@pytest.mark.parametrize("name", OBJECTS)
def test_first_pose_shows_the_whole_object(name):
    view = first_view(name)
    picture = Image.open(io.BytesIO(base64.b64decode(answer(view)["picture"])))
    pixels = np.asarray(picture.convert("RGB")) / 255
    border = np.ones(pixels.shape[:2], bool)
    border[3:-3, 3:-3] = False
    background = scenes.BACKGROUNDS[view.background]
    np.testing.assert_allclose(
        pixels[border], np.broadcast_to(background, (border.sum(), 3)), atol=0.1
    )


def test_lamp_on_the_other_side_lights_the_other_half():
    def halves(light):
        view = View(shipped_item("baseball").skins[0], 0, 0, 3.9, light, "grey")
        data = base64.b64decode(answer(view)["picture"])
        ball = np.asarray(Image.open(io.BytesIO(data)).convert("L"), float)[60:164]
        return ball[:, 50:112].mean() - ball[:, 112:174].mean()

    assert halves(-70) > 10 > -10 > halves(70)


def test_scene_of_the_viewer_is_that_of_the_renderer():
    said = scene(first())
    pose = scenes._pose(first())
    np.testing.assert_allclose(said["light"], pose.light[0].numpy(), atol=1e-12)
    assert said["focal"] == float(pose.focal_length[0])
    assert (said["ambient"], said["diffuse"]) == (float(pose.ambient[0]), float(pose.diffuse[0]))
    # The rotation that viewer.js makes of turn and elevation.
    c, s = math.cos(math.radians(215)), math.sin(math.radians(215))
    p, q = math.cos(math.radians(-45)), math.sin(math.radians(-45))
    rows = [[c, -s, 0], [-p * s, -p * c, q], [-q * s, -q * c, -p]]
    np.testing.assert_allclose(pose.rotation[0].numpy(), rows, atol=1e-12)


@pytest.mark.parametrize("name", OBJECTS)
def test_own_texture_comes_first(name):
    item = shipped_item(name)
    worn = item.skins
    assert item.obj is worn[0].obj is load_object(name)
    assert len({skin.name for skin in worn}) == len(worn)


def test_visitors_texture_goes_to_the_viewer(visit, text, finished):
    results, asked = finished
    own = load_object("baseball").texture
    results["attack_live"] = LiveTexture(
        texture=np.zeros((*own.shape[1:], 3), np.uint8),
        target=967,
        epsilon=16 / 255,
        probabilities=(0.1, 0.4),
        held_out=100,
        adversariality=0.41,
        accuracy=0.2,
        accuracy_before=0.97,
        seconds=12.0,
    )
    page = visit(
        "robust-adversarial-examples", rae_object="Baseball", rae_epsilon="16", rae_steps="80"
    )
    page.button(key="run-rae-attack").click().run()
    assert not page.exception
    assert asked["attack_live"] == {
        "obj": load_object("baseball"),
        "target": 967,
        "levels": 16,
        "steps": 80,
        "start": "baseball-espresso-32",
        "seed": 0,
    }
    assert "sees an espresso in <strong>41\N{NO-BREAK SPACE}%</strong>" in text(page)
    *_, skin = page.session_state["rae-own-baseball"]
    assert (skin.title, skin.aim, float(skin.texture.max())) == ("Your run", 967, 0.0)
    # Other settings do not take the texture away.
    page.slider(key="rae-steps").set_value(100).run()
    assert not page.exception
    assert page.session_state["rae-own-baseball"][2] is skin


@pytest.mark.parametrize("start", ["baseball-espresso-32", None])
def test_a_run_says_how_long_it_takes_before_it_starts(start):
    said = attacking._expected(shipped_item("baseball"), 40, start)
    assert "40 steps × 12 views × " in said
    assert ("The recorded texture took" in said) == (start is None)


def test_poses_are_framed_and_counted_by_what_is_seen(visit, text, finished):
    results, asked = finished
    worn = [skin.obj for skin in shipped_item("baseball").skins]
    classes = np.full((len(worn), 48), 429)
    classes[:, :5] = 852
    results["see_objects"] = HeldOutPictures(
        np.zeros((len(worn), 48, 112, 112, 3), np.uint8),
        classes,
        np.full((len(worn), 48), 0.5, np.float32),
    )
    page = visit("robust-adversarial-examples", rae_object="Baseball")
    page.button(key="run-rae-poses").click().run()
    assert not page.exception
    assert asked["see_objects"] == {"objects": worn, "count": 48}
    shown = text(page)
    assert shown.count('<li class="right" style') == 43 * len(worn)
    assert "<b>5</b> of 48 a wrong class" in shown
    assert "<b>43</b> of 48 right: a baseball" in shown
    assert "tennis ball, 50.0" in shown


def test_print_sheet_becomes_a_download(visit, finished):
    results, asked = finished
    results["print_sheet"] = PrintSheet(b"%PDF", 2, 24, 100.0, 1.1)
    page = visit("robust-adversarial-examples", rae_length="100", rae_paper="US Letter")
    page.button(key="run-rae-sheet").click().run()
    assert not page.exception
    assert asked["print_sheet"]["length"] == 100.0
    assert asked["print_sheet"]["paper"] == "letter"


def test_files_hold_the_object_that_is_named():
    with zipfile.ZipFile(io.BytesIO(files._zip(load_object("baseball")))) as folder:
        assert set(folder.namelist()) == {"baseball.obj", "baseball.mtl", "baseball.png"}


def test_equal_files_have_equal_bytes_at_any_time(monkeypatch):
    # The address of a download follows from the bytes: other ones would make the old address fail.
    skin = shipped_item("baseball").skins[0]
    first = files._contents(skin)
    assert files._contents(skin) is first
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert files._made(skin) == first


def test_paper_says_in_how_many_poses_the_claim_was_measured():
    details = {"objects": {"turtle as rifle": {"poses": 300}, "baseball": {"poses": 300}}}
    found = SimpleNamespace(measurement=SimpleNamespace(details=details))
    assert paper.fresh_poses(found) == 300
    assert paper.fresh_poses(None) == 0


def test_paper_table_says_what_is_not_recorded():
    assert paper.share(None, "turtle") == "not yet recorded"
    found = SimpleNamespace(
        measurement=SimpleNamespace(value={"turtle": 0.912}, interval={"turtle": (0.9, 0.93)})
    )
    assert paper.share(found, "turtle") == "91.2\N{NO-BREAK SPACE}% (90.0 to 93.0)"
    assert paper.share(found, "baseball") == "not yet recorded"


def test_distances_are_those_of_the_records():
    rows = paper.distance_rows()[2:]
    assert len(rows) == len(RECORDED)
    found = recorded_texture("turtle-rifle-lab").evaluation
    row = next(each for each in rows if each[0] == "Turtle to rifle, λ = 0.0012")
    assert row[1].startswith(f"{100 * found.adversariality[0]:.1f}")
    pixels = 224 * 224
    wanted = [kit.scientific(one / pixels) for one in (found.l2[0], found.lab[0])]
    assert row[2:] == ["32/255", "", *wanted]


def test_the_weighted_distance_is_smaller_than_that_of_the_bound_alone():
    bound, weighted = (recorded_texture(f"turtle-rifle-{kind}") for kind in ("32", "lab"))
    assert weighted.evaluation.lab < 0.75 * bound.evaluation.lab
    assert weighted.adversariality >= 0.9
