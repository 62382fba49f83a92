"""Sections 2, 4 and 5 in the browser: drawing, keyboard control and a live run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from pyfrontiers.generalization.network import WIDTH
from streamlit_app.labs.rethinking_generalization.lab import recorded_fit


def test_drawn_digit_is_recognised_and_the_keyboard_selects_another(visitor) -> None:
    page = visitor.open("/progress-so-far")
    # Scrolls to the canvas, and waits until it no longer moves.
    page.hover(".draw canvas")
    box = page.locator(".draw canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x - 40, y + 90)
    page.mouse.down()
    page.mouse.move(x, y + 50, steps=4)
    page.mouse.move(x, y + 290, steps=8)
    page.mouse.up()
    page.wait_for_selector(".pf-reading:has-text('It reads 1')")
    # The drawing survives a visit to another page.
    page.click(".pf-nav a[href$='/kernels']")
    page.wait_for_selector("h1:has-text('kernels')")
    page.go_back()
    page.wait_for_selector(".pf-reading:has-text('It reads 1')")
    page.click(".tools .clear")
    page.wait_for_selector(".pf-reading:has-text('Nothing is drawn')")
    page.focus(".row [tabindex='0']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-reading:has-text('It reads 3')")


def test_sampled_digits_follow_the_class_and_the_time(visitor) -> None:
    page = visitor.open("/progress-so-far")
    page.click(".st-key-psf-digit button:has-text('7')")
    page.locator(".said", has_text=re.compile("^7")).nth(10).wait_for()
    page.focus(".time input")
    page.keyboard.press("Home")
    expect(page.locator(".time output")).to_have_text("t = 0.00")


def test_arrow_keys_move_through_the_timeline(visitor) -> None:
    page = visitor.open("/hype-and-winters")
    expect(page.locator(".pf-event h3")).to_have_text("First winter")
    page.focus(".st-key-haw-event [role='slider'], .st-key-haw-event input")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-event h3:has-text('XCON in production')")


@pytest.mark.job
@pytest.mark.slow("trains a network; tests/labs tests the button, test_temple.py a live run")
def test_recorded_share_is_shown_first_and_a_live_run_replaces_it(visitor) -> None:
    page = visitor.open("/rethinking-generalization")
    fit = recorded_fit(("labels", 0.5, WIDTH, 0))
    assert fit is not None
    assert f"{100 * fit.test_accuracy:.1f}" in page.inner_text(".pf-result")
    # The smallest network takes a third of the time.
    page = visitor.open("/rethinking-generalization?rg-share=0&rg-width=1")
    assert page.inner_text(".pf-origin").startswith("Recorded")
    recorded = _fitted(page)
    page.click(".st-key-run-rg-fit button")
    page.wait_for_selector("[data-testid='stProgress']:has-text('epoch')")
    # Fifteen seconds: a visitor's run has forty epochs, of the smallest network here.
    page.wait_for_selector("text=/Measured here just now/")
    visitor.settle()
    assert abs(_fitted(page) - recorded) < 5


def _fitted(page) -> float:
    """Read the share of the training labels that are fitted, in percent."""
    return float(re.match(r"([\d.]+)", page.inner_text(".pf-result")).group(1))
