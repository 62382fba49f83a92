"""Sections 2, 4 and 5 as a visitor uses them: a pen, the keyboard, a run of one's own."""

from __future__ import annotations

import re


def test_a_drawn_one_is_recognised_and_the_keyboard_chooses_another(visitor) -> None:
    page = visitor.open("/progress-so-far")
    page.wait_for_selector("canvas")
    box = page.locator(".draw canvas").bounding_box()
    page.locator(".draw canvas").scroll_into_view_if_needed()
    box = page.locator(".draw canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x - 40, y + 90)
    page.mouse.down()
    page.mouse.move(x, y + 50, steps=4)
    page.mouse.move(x, y + 290, steps=8)
    page.mouse.up()
    page.wait_for_selector(".pf-reading:has-text('It reads 1')")
    # What was drawn is still there after a visit to another page.
    page.click("a[href$='/kernels']")
    page.wait_for_selector("h1:has-text('kernels')")
    page.go_back()
    page.wait_for_selector(".pf-reading:has-text('It reads 1')")
    page.click(".tools .clear")
    page.wait_for_selector(".pf-reading:has-text('Nothing is drawn')")
    page.focus(".row [tabindex='0']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-reading:has-text('It reads 3')")


def test_drawn_digits_follow_the_class_and_the_time(visitor) -> None:
    page = visitor.open("/progress-so-far")
    page.click(".st-key-psf-digit button:has-text('7')")
    page.locator(".said", has_text=re.compile("^7")).nth(10).wait_for()
    page.focus(".time input")
    page.keyboard.press("Home")
    assert page.inner_text(".time output") == "t = 0.00"


def test_the_chronicle_is_read_with_the_arrow_keys(visitor) -> None:
    page = visitor.open("/hype-and-winters")
    first = page.inner_text(".pf-event h3")
    assert first == "First winter"
    page.focus(".st-key-haw-event [role='slider'], .st-key-haw-event input")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-event h3:has-text('XCON in production')")


def test_a_level_answers_at_once_and_a_run_of_ones_own_follows(visitor) -> None:
    page = visitor.open("/rethinking-generalization")
    assert "69.0" in page.inner_text(".pf-result")
    page.click(".st-key-run-rg-fit button")
    page.wait_for_selector("text=/Measured here just now/", timeout=120_000)
    visitor.settle()
    assert re.search(r"^(100|99\.9)", page.inner_text(".pf-result"))
