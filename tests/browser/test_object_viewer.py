"""Section 8 in the browser: an object turned by mouse and keyboard, classified in each pose."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

# A pose of its own: the one that the page shows first may change.
ADDRESS = "/robust-adversarial-examples?rae-object=Baseball&rae-turn=345&rae-elevation=50"
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind === "webgl2" ? null : real.call(this, kind, ...rest);
};
"""


def opened(visitor):
    page = visitor.open(ADDRESS)
    page.wait_for_selector(".viewer .name:not(:empty)")
    page.locator(".viewer .frame").scroll_into_view_if_needed()
    return page


def test_turning_by_key_changes_label_and_address_but_not_the_slide(visitor) -> None:
    page = opened(visitor)
    before, slide = page.inner_text(".viewer .name"), page.inner_text(".pf-count")
    page.focus(".viewer .frame")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('rae-turn=25')")
    page.wait_for_selector(f".viewer .name:not(:text-is('{before}'))")
    page.wait_for_selector(".viewer .pose:has-text('Turned 25°')")
    page.keyboard.press("+")
    page.wait_for_function("location.search.includes('rae-distance=3.6')")
    assert page.inner_text(".pf-count") == slide
    page.reload()
    page.wait_for_selector(".viewer .pose:has-text('Turned 25°')")


def test_a_drag_turns_the_object(visitor) -> None:
    page = opened(visitor)
    box = page.locator(".viewer .frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - box["width"] / 4, y - box["height"] / 8, steps=6)
    page.mouse.up()
    # A quarter of the width is 60 degrees, an eighth of the height 30.
    page.wait_for_function("/rae-turn=28[456].*rae-elevation=(19|2[01])/.test(location.search)")


@pytest.mark.parametrize("painter", ["WebGL", "canvas"])
def test_viewer_shows_what_the_classifier_sees(visitor, painter) -> None:
    if painter == "canvas":
        visitor.page.add_init_script(NO_WEBGL)
    page = opened(visitor)
    before = page.locator(".viewer .input img").get_attribute("src")
    page.focus(".viewer .frame")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.search.includes('rae-elevation=60')")
    visitor.settle()
    expect(page.locator(".viewer .input img")).not_to_have_attribute("src", before)
    frame = page.locator(".viewer .frame")
    assert frame.get_attribute("data-painter") == painter
    page.evaluate("document.activeElement.blur()")
    drawn = Image.open(io.BytesIO(frame.locator("canvas").screenshot())).convert("RGB")
    source = page.locator(".viewer .input img").get_attribute("src")
    seen = Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))).convert("RGB")
    difference = np.asarray(drawn.resize(seen.size, Image.Resampling.BOX), float) - np.asarray(seen)
    # Both are pictures of one pose in one light; the edges of pixels differ.
    assert np.abs(difference).mean() < 4
    assert np.asarray(seen, float).std() > 20
