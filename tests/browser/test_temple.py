"""The lecture's attack in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.job
def test_temple_is_classified_as_ostrich_after_the_attack(visitor) -> None:
    page = visitor.open("/adversarial-examples")
    page.click(".st-key-run-ae-attack button")
    page.wait_for_selector("text=Measured here just now")
    visitor.settle()
    verdict = page.inner_text(".pf-result")
    assert "Now it sees an ostrich" in verdict


def test_attack_can_be_cancelled_and_the_page_keeps_working(visitor) -> None:
    page = visitor.open("/adversarial-examples")
    # Settings used by no other test, so that no finished result is shared.
    page.focus(".st-key-ae-steps input")
    for _ in range(19):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('ae-steps=39')")
    visitor.settle()
    page.click(".st-key-run-ae-attack button")
    page.click(".st-key-cancel-ae-attack button")
    page.wait_for_selector("text=/: cancelled\\./")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-count:has-text('2 of')")


@pytest.mark.job
@pytest.mark.slow("a second attack; tests/labs and tests/app/test_kit.py test this without one")
def test_settings_and_result_match_after_visiting_another_page(visitor) -> None:
    page = visitor.open("/adversarial-examples?ae-epsilon=3&ae-steps=2")
    page.wait_for_selector("text=/Press Attack to see one/")
    page.click(".st-key-run-ae-attack button")
    page.wait_for_selector("text=Measured here just now: 2 steps")
    visitor.settle()
    page.click(".pf-nav a:has-text('Welcome')")
    page.wait_for_selector("h1:text-is('Welcome')")
    visitor.settle()
    page.click(".pf-nav a[href$='/adversarial-examples']")
    page.wait_for_selector("text=Measured here just now: 2 steps")
    expect(page).to_have_url(f"{visitor.address}/adversarial-examples?ae-epsilon=3&ae-steps=2")
    # In a new session, the server's cached result for these settings is shown again.
    page.reload()
    page.wait_for_selector("text=Measured here just now: 2 steps")
