"""The lecture's attack, run in the page by a visitor."""

from __future__ import annotations


def test_the_temple_becomes_an_ostrich(visitor) -> None:
    page = visitor.open("/adversarial-examples")
    page.click(".st-key-attack-run button")
    page.wait_for_selector("text=Measured here just now", timeout=120_000)
    visitor.settle()
    verdict = page.inner_text(".pf-verdict-line")
    assert "Now it sees an ostrich" in verdict


def test_an_attack_can_be_cancelled_and_the_page_goes_on(visitor) -> None:
    page = visitor.open("/adversarial-examples")
    # Settings that nobody else asks for, so that no finished result is shared.
    page.focus(".st-key-attack-steps input")
    for _ in range(19):
        page.keyboard.press("ArrowRight")
    visitor.settle()
    page.click(".st-key-attack-run button")
    page.click(".st-key-cancel-photograph-attack button", timeout=60_000)
    page.wait_for_selector("text=/: cancelled\\./")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".pf-count:has-text('2 of')")
