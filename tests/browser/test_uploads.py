"""Uploading a picture in the browser: error messages, EXIF orientation and lifetime."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

RED, GREEN = (200, 30, 20), (10, 160, 40)


def halves() -> Image.Image:
    """Draw a picture that is red on the left and green on the right."""
    picture = Image.new("RGB", (320, 240), RED)
    picture.paste(GREEN, (160, 0, 320, 240))
    return picture


def stored(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def turned_by_its_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees to the right
    return stored(halves(), "JPEG", exif=exif, quality=95)


@pytest.fixture
def own(visitor) -> Page:
    page = visitor.open("/adversarial-examples")
    page.click(".st-key-ae-chosen label:has-text('Your own')")
    page.wait_for_selector(".st-key-ae-upload input[type='file']", state="attached")
    visitor.settle()
    return page


def bring(page: Page, name: str, content: bytes) -> None:
    page.set_input_files(
        ".st-key-ae-upload input[type='file']",
        {"name": name, "mimeType": "application/octet-stream", "buffer": content},
    )


def test_unusable_pictures_are_rejected_and_a_valid_one_accepted(visitor, own) -> None:
    refused = {
        "text.png": (b"a letter, not a picture\n" * 9, "The file is text, not an image"),
        "empty.png": (b"", "The file is empty"),
        "cut.jpg": (stored(halves(), "JPEG")[:900], "damaged or incomplete"),
        "large.png": (stored(Image.new("1", (6000, 5000)), "PNG"), "6000 x 5000 pixels (30.0 mega"),
        "speck.png": (stored(Image.new("RGB", (1, 1)), "PNG"), "The image has 1 x 1 pixels"),
    }
    for name, (content, sentence) in refused.items():
        bring(own, name, content)
        own.wait_for_selector(f".pf-failed:has-text('{sentence}')")
        own.wait_for_selector(".st-key-run-ae-attack", state="detached")
    bring(own, "film.gif", stored(halves(), "GIF", save_all=True, append_images=[halves()]))
    own.wait_for_selector("canvas[aria-label='Your picture, original']")
    visitor.settle()
    own.wait_for_selector(".pf-failed", state="detached")
    expect(own.locator(".st-key-run-ae-attack button")).to_be_enabled()


def test_oversized_file_shows_an_error(own, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(12_000_000)
    own.set_input_files(".st-key-ae-upload input[type='file']", huge)
    reason = own.locator("[data-testid='stFileChip'] [role='alert']")
    reason.wait_for()
    assert "must be 10.0MB or smaller" in reason.inner_text()
    box = reason.bounding_box()
    assert box is not None
    assert box["width"] > 100


def test_picture_is_rotated_by_its_exif_orientation(own) -> None:
    bring(own, "camera.jpg", turned_by_its_exif())
    canvas = own.locator("canvas[aria-label='Your picture, original']")
    canvas.wait_for()
    top, bottom = canvas.evaluate(
        # One read: Chromium advises against several.
        "canvas => { const column = canvas.getContext('2d').getImageData(112, 40, 1, 145).data;"
        "return [0, 144].map(y => [...column.slice(4 * y, 4 * y + 4)]); }"
    )
    assert top[:3] == pytest.approx(RED, abs=12)
    assert bottom[:3] == pytest.approx(GREEN, abs=12)


def test_upload_survives_page_changes_but_not_a_reload(visitor, own) -> None:
    bring(own, "halves.png", stored(halves(), "PNG"))
    own.wait_for_selector("canvas[aria-label='Your picture, original']")
    visitor.settle()
    own.click(".pf-nav a:has-text('Welcome')")
    own.wait_for_selector("h1:text-is('Welcome')")
    visitor.settle()
    own.click(".pf-nav a[href$='/adversarial-examples']")
    own.wait_for_selector("canvas[aria-label='Your picture, original']")
    visitor.settle()
    own.reload()
    own.wait_for_selector("canvas[aria-label='Temple, original']")
