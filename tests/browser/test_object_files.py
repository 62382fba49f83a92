"""Section 8 in the browser: a finger on the object, files that come in and files that go out."""

from __future__ import annotations

import pytest
import trimesh

ADDRESS = "/robust-adversarial-examples?rae-object=Baseball&rae-turn=345&rae-distance=3.9"


@pytest.mark.parametrize("visitor", [(390, 844, "dark")], indirect=True)
def test_a_finger_turns_the_object_and_two_fingers_bring_it_closer(visitor) -> None:
    page = visitor.open(ADDRESS)
    page.wait_for_selector(".viewer .name:not(:empty)")
    # The controls above the object take their final height when they are loaded.
    page.wait_for_selector(".st-key-rae-light [data-testid='stSlider']")
    page.wait_for_selector(".st-key-rae-background [data-testid='stButtonGroup']")
    frame = page.locator(".viewer .frame")
    frame.scroll_into_view_if_needed()
    browser = page.context.new_cdp_session(page)
    browser.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    box = frame.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind, *points):
        where = [{"x": a, "y": b, "id": which} for which, (a, b) in enumerate(points)]
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", (x, y))
    for step in range(1, 5):
        touch("touchMove", (x + step * box["width"] / 16, y - step * 4))
    touch("touchEnd")
    # A quarter of the width is 60 degrees. The page must not scroll under the finger.
    page.wait_for_function("/rae-turn=4[456]/.test(location.search)")
    assert frame.bounding_box()["y"] == pytest.approx(box["y"], abs=1)
    touch("touchStart", (x - 60, y), (x + 60, y))
    touch("touchMove", (x - 75, y), (x + 75, y))
    touch("touchEnd")
    page.wait_for_function("/rae-distance=3.[0-4]/.test(location.search)")


def test_an_unusable_mesh_is_answered_by_a_sentence(visitor) -> None:
    page = visitor.open("/robust-adversarial-examples?rae-object=Your+own")
    mesh = {"name": "bare.obj", "mimeType": "", "buffer": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"}
    page.set_input_files(".st-key-rae-upload input[type='file']", mesh)
    page.wait_for_selector(".pf-failed:has-text('bare.obj must have texture coordinates (UV)')")


def test_saved_object_opens_in_another_program(visitor, tmp_path) -> None:
    page = visitor.open(ADDRESS)
    with page.expect_download() as started:
        page.click("[class*='st-key-download'] button:has-text('GLB')")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    assert path.name == "baseball-espresso-32.glb"
    (mesh,) = trimesh.load_scene(path).geometry.values()
    assert len(mesh.faces) > 1000
    assert max(mesh.visual.material.baseColorTexture.size) > 256
