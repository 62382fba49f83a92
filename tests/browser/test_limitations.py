"""Section 9 in the browser: tiles by mouse and keyboard, the vote, and no overflow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SLUGS = ("data", "cost", "attack", "bias", "uncertainty", "explanation")


@pytest.mark.parametrize("visitor", [(390, 844, "dark")], indirect=True, ids=["phone"])
def test_each_tile_opens_its_experiment(visitor) -> None:
    page = visitor.open("/limitations-summary")
    page.wait_for_selector(".st-key-limit-data .pf-subheading")
    for slug in SLUGS[1:]:
        page.click(f"[data-slug='{slug}']")
        page.wait_for_selector(f".st-key-limit-{slug} .pf-subheading")
        visitor.settle()
        page.wait_for_function("part => location.search.includes(part)", arg=f"ls-limit={slug}")
        expect(page.locator(f"[data-slug='{slug}']")).to_have_attribute("aria-selected", "true")
        visitor.drawn()
        visitor.fits()


def test_charts_of_groups_and_networks_have_no_row_without_a_name(visitor) -> None:
    for tile in ("cost", "bias"):
        page = visitor.open(f"/limitations-summary?ls-limit={tile}")
        page.wait_for_selector(".st-key-experiment svg.marks .role-axis-label text")
        visitor.drawn()
        names = page.locator(".st-key-experiment svg.marks .role-axis-label text").all_inner_texts()
        assert len(names) > 2
        assert "undefined" not in names


def test_arrow_keys_move_between_tiles_without_turning_the_slide(visitor) -> None:
    page = visitor.open("/limitations-summary?ls-limit=explanation")
    page.wait_for_selector(".st-key-limit-explanation .pf-maps img")
    slide = visitor.message
    page.focus("[data-slug='explanation']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".st-key-limit-data .pf-subheading")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".st-key-limit-cost .pf-table")
    visitor.settle()
    assert visitor.message == slide


def test_vote_is_counted_and_withdrawn(visitor) -> None:
    page = visitor.open("/limitations-summary")
    page.click(".st-key-vote-1 button")
    page.wait_for_selector(".pf-votes[aria-label='1 vote']")
    page.click(".st-key-vote-back button")
    page.wait_for_selector(".pf-votes[aria-label='0 votes']")
