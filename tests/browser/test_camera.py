"""The camera in the browser: refused, and allowed with Chromium's fake device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

CAMERA = ".st-key-pau-own-camera"


def _opened(visitor) -> Page:
    page = visitor.open("/probability-and-uncertainty")
    page.click(".st-key-pau-chosen label:has-text('Your own')")
    page.click(".st-key-pau-own-wanted label")
    page.wait_for_selector(CAMERA)
    visitor.settle()
    return page


def test_refused_camera_says_what_to_do_and_another_picture_can_be_chosen(visitor) -> None:
    page = _opened(visitor)
    page.wait_for_selector(f"{CAMERA} :text('would like to use your camera')")
    page.wait_for_selector("text=If it was refused, allow it next to the page's address")
    page.click(".st-key-pau-chosen label:has-text('Horse')")
    page.wait_for_selector(".pau-shown img[alt='Horse']")
    page.wait_for_selector(CAMERA, state="detached")


@pytest.mark.parametrize("visitor", [(390, 844, "dark")], indirect=True, ids=["phone"])
def test_allowed_camera_takes_a_picture_that_is_answered(visitor) -> None:
    visitor.page.context.grant_permissions(["camera"])
    page = _opened(visitor)
    page.wait_for_selector("text=If it was refused")
    # Until the first frame has come, the button takes no picture.
    page.wait_for_function(
        "camera => document.querySelector(`${camera} video`)?.videoHeight > 0", arg=CAMERA
    )
    page.click(f"{CAMERA} button:has-text('Take Photo')")
    page.wait_for_selector(".pau-shown img[alt='Your picture']")
    # Streamlit removes what a run no longer draws at the run's end, after the new picture is shown.
    page.wait_for_selector("text=If it was refused", state="detached")
