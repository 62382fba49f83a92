"""Section 12 in the browser: choosing an image with the keyboard and stepping through passes."""

from __future__ import annotations

from playwright.sync_api import expect


def test_image_chosen_by_key_is_in_the_address_and_survives_a_reload(visitor) -> None:
    page = visitor.open("/dropout-sampling")
    page.focus(".gallery [aria-checked='true']")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search === '?ds-image=hard-second'")
    visitor.settle()
    page.reload()
    chosen = page.locator(".gallery [aria-checked='true']")
    expect(chosen).to_have_attribute("data-slug", "hard-second")
    page.wait_for_selector(".pf-result:has-text('50 passes predict')")


def test_passes_are_stepped_through_in_the_browser(visitor) -> None:
    page = visitor.open("/dropout-sampling")
    page.wait_for_selector(".network .now:has-text('Pass 1 of 50 predicts')")
    page.click(".network .next")
    page.wait_for_selector(".network .now:has-text('Pass 2 of 50 predicts')")


def test_a_tab_is_in_the_address_and_shows_its_own_result(visitor) -> None:
    page = visitor.open("/dropout-sampling")
    page.get_by_role("tab", name="Drop rate").click()
    page.wait_for_selector(".pf-result:has-text('Held-out digits choose')")
    page.wait_for_function("location.search.includes('ds-tab=Drop')")
    page.get_by_role("tab", name="Calibration").click()
    page.wait_for_selector(".pf-result:has-text('Calibration error')")
    page.get_by_role("radio", name="rotated by 30°").click()
    page.wait_for_selector("p.pf-note:has-text('say nothing about rotated ones')")
    visitor.settle()
    page.reload()
    page.wait_for_selector("p.pf-note:has-text('say nothing about rotated ones')")
    page.wait_for_selector("[role='tab'][aria-selected='true']:has-text('Calibration')")
