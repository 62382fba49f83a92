"""The kernels page in the browser: the link from a lab, and a comparison with torch."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.job
def test_badge_links_to_the_kernels_page_and_a_comparison_completes(visitor) -> None:
    page = visitor.open("/dropout-sampling")
    page.get_by_role("link", name="How fast the kernels are").click()
    page.wait_for_url("**/kernels")
    button = page.get_by_role("button", name="Compare with torch")
    button.click()
    # Workers may still be starting, and jobs of other tests may be ahead in the queue.
    status = page.locator(".pf-note[role='status']", has_text="rounds")
    status.wait_for()
    _wait_for_rows(page, 6)
    for text in page.locator(".pf-compared-row b").all_inner_texts():
        assert float(text.removesuffix("×").replace(",", "")) > 0
    expect(button).to_be_enabled()
    visitor.settle()


def test_comparison_can_be_cancelled(visitor) -> None:
    page = visitor.open("/kernels")
    page.get_by_role("button", name="Compare with torch").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Kernels against torch: cancelled.").wait_for()
    _wait_for_rows(page, 0)


def _wait_for_rows(page, wanted: int) -> None:
    """Wait for a number of rows; rows of a partial result stay until the browser replaces them."""
    page.wait_for_function(
        "wanted => document.querySelectorAll('.pf-compared-row').length === wanted", arg=wanted
    )
