"""Contents, search, transcript and unknown addresses in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pyfrontiers.lecture import SECTIONS


def test_contents_link_to_every_section(visitor) -> None:
    page = visitor.open("/")
    hrefs = page.eval_on_selector_all(
        ".pf-card a", "links => links.map(link => new URL(link.href).pathname)"
    )
    assert [href.strip("/") for href in hrefs] == [item.slug for item in SECTIONS]
    page.evaluate("window.sameDocument = true")
    page.click(".pf-card a:text-is('Sampling with dropout')")
    page.wait_for_selector("h1:text-is('Sampling with dropout')")
    expect(page).to_have_url(f"{visitor.address}/dropout-sampling")
    # The link opened the page in the same session.
    assert page.evaluate("window.sameDocument")


def test_sidebar_lists_the_sections_in_order(visitor) -> None:
    page = visitor.open("/")
    links = [text.split("\n") for text in page.locator(".pf-nav a").all_inner_texts()]
    assert page.locator(".pf-nav [aria-current='page']").all_inner_texts() == ["Contents"]
    page.click(".pf-nav a:has-text('Depth uncertainty')")
    current = page.locator(".pf-nav a:has-text('Depth uncertainty')[aria-current='page']")
    current.wait_for()
    expect(page.locator(".pf-nav [aria-current='page']")).to_have_count(1)
    shown = [[str(item.number), item.title] for item in SECTIONS]
    assert [[part.strip() for part in link] for link in links[-len(SECTIONS) :]] == shown


@pytest.mark.parametrize("visitor", [(390, 844, "light")], indirect=True)
def test_sidebar_is_collapsed_on_a_phone(visitor) -> None:
    page = visitor.open("/welcome")
    page.click("[data-testid='stExpandSidebarButton']")
    page.click(".pf-nav a:has-text('Depth uncertainty')")
    page.wait_for_selector("h1:text-is('Depth uncertainty')")
    page.click(".st-key-turn-on :is(a, button)")


def test_unknown_address_redirects_to_contents(visitor) -> None:
    page = visitor.open("/no-such-page")
    assert "There is no page at that address" in page.inner_text("[data-testid='stMain']")
    assert page.locator("[role='dialog']").count() == 0


def test_search_finds_and_opens_a_slide(visitor) -> None:
    page = visitor.open("/search")
    page.fill("input[aria-label='Search for']", "ostrich temple")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")
    page.wait_for_function("location.search.includes('q=ostrich')")
    page.click("[class*='st-key-hit-'] a:has-text('Temple to ostrich')")
    page.wait_for_selector(".pf-message")
    page.wait_for_function("location.href.includes('/adversarial-examples?slide=1')")


def test_search_query_is_part_of_the_address_and_no_results_are_reported(visitor) -> None:
    page = visitor.open("/search?q=quagga")
    page.wait_for_selector("text=No results")


@pytest.fixture
def transcript() -> bytes:
    """A plausible transcript: the text of the slides in order."""
    told = []
    for item in SECTIONS:
        told.append(item.summary)
        for slide in item.slides:
            told += [slide.message, *slide.points]
        told.append(item.facts)
    return "\n\n".join(told).encode()


def _bring(page, name: str, content: bytes) -> None:
    page.set_input_files(
        "input[type='file']", {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    page.wait_for_selector("[data-testid='stFileUploader'] >> text=.txt")
    page.click("button:has-text('Import')")


def test_transcript_import_rejects_unrelated_text_and_shows_a_valid_one(
    visitor, transcript: bytes
) -> None:
    page = visitor.open("/transcript")
    _bring(page, "bread.txt", b"Knead the dough, let it rest, and bake it for an hour.\n\n" * 40)
    page.wait_for_selector(".pf-failed")
    visitor.settle()
    assert page.locator("button:has-text('Delete this transcript')").count() == 0

    page = visitor.open("/transcript")
    _bring(page, "lecture.txt", transcript)
    page.wait_for_selector("text=/Imported \\d+ paragraphs/")
    try:
        page.click(".pf-nav a:has-text('Adversarial examples')")
        page.wait_for_selector(".pf-said >> text=ostrich")
        visitor.settle()
        slide = page.locator(".st-key-slide").bounding_box()
        said = page.locator(".pf-said").bounding_box()
        assert said["x"] >= slide["x"] + slide["width"]
        page = visitor.open("/search?q=temple")
        page.wait_for_selector("text=· transcript")
    finally:
        page = visitor.open("/transcript")
        page.click("button:has-text('Delete this transcript')")
        page.wait_for_selector("text=Transcript deleted")
