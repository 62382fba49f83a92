"""Sections 3 and 6 in the browser: drawing a curve and dragging a training range."""

from __future__ import annotations

import pytest


def test_drawn_curve_is_approximated_and_edited_with_arrow_keys(visitor) -> None:
    page = visitor.open("/universal-approximation")
    page.click(".st-key-ua-target >> text=Draw one")
    board = page.wait_for_selector(".st-key-ua-curve svg")
    visitor.settle()
    error = ".pf-measures dd >> nth=0"
    before = page.inner_text(error)
    box = board.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 10)
    page.mouse.up()
    page.wait_for_function(
        "before => document.querySelector('.pf-measures dd').innerText !== before", arg=before
    )
    board.focus()
    slide = page.inner_text(".pf-count")
    at = board.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert board.get_attribute("aria-valuetext").split("at")[1] != at.split("at")[1]
    height = float(board.get_attribute("aria-valuenow"))
    page.keyboard.press("ArrowUp")
    assert float(board.get_attribute("aria-valuenow")) > height
    assert page.inner_text(".pf-count") == slide
    visitor.settle()


@pytest.mark.job
def test_moving_the_range_starts_a_fit(visitor) -> None:
    page = visitor.open("/function-approximators")
    assert "Recorded: 309 observations" in page.inner_text(".pf-origin")
    page.focus(".st-key-fa-range input >> nth=0")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=/Measured here just now: .* from 0\\.05 to 1,/")
    visitor.settle()
