"""A visitor goes from a laboratory to the kernels' page and compares them with torch."""

from __future__ import annotations


def test_the_badge_leads_to_the_page_where_a_comparison_runs_to_its_end(visitor) -> None:
    page = visitor.open("/dropout-sampling")
    page.get_by_role("link", name="How fast they are").click()
    page.wait_for_url("**/kernels")
    button = page.get_by_role("button", name="Compare with torch")
    button.click()
    # Workers may still be starting, and other tests' jobs stand before it.
    status = page.locator(".pf-note[role='status']", has_text="rounds")
    status.wait_for(timeout=120_000)
    _wait_for_rows(page, 6)
    for text in page.locator(".pf-compared-row b").all_inner_texts():
        assert float(text.removesuffix("x").replace(",", "")) > 0
    visitor.settle()
    assert button.is_enabled()


def test_a_comparison_can_be_called_off(visitor) -> None:
    page = visitor.open("/kernels")
    page.get_by_role("button", name="Compare with torch").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Kernels against torch: cancelled.").wait_for()
    _wait_for_rows(page, 0)


def _wait_for_rows(page, wanted: int) -> None:
    """The rows of a run under way stand there until the browser has put the new ones in place."""
    page.wait_for_function(
        "wanted => document.querySelectorAll('.pf-compared-row').length === wanted", arg=wanted
    )
