"""The contents, the search, the transcript and the ways to a page that does not exist."""

from __future__ import annotations

import pytest

from pyfrontiers.lecture import SECTIONS


def test_the_contents_lead_to_every_section(visitor) -> None:
    page = visitor.open("/")
    hrefs = page.eval_on_selector_all(
        ".pf-card a", "links => links.map(link => new URL(link.href).pathname)"
    )
    assert [href.strip("/") for href in hrefs] == [item.slug for item in SECTIONS]
    page.evaluate("window.sameDocument = true")
    page.click(".pf-card a:text-is('Sampling with dropout')")
    page.wait_for_selector("h1:text-is('Sampling with dropout')")
    assert page.url == f"{visitor.address}/dropout-sampling"
    # The page was opened within the session, not as a new one.
    assert page.evaluate("window.sameDocument")


def test_the_sidebar_lists_the_lecture_in_its_order(visitor) -> None:
    page = visitor.open("/")
    links = page.locator("[data-testid='stSidebarNavLink']").all_inner_texts()
    titles = [text.split("\u2002")[-1] for text in links]
    assert titles[-len(SECTIONS) :] == [item.title for item in SECTIONS]


def test_an_unknown_address_leads_to_the_contents(visitor) -> None:
    page = visitor.open("/no-such-page")
    assert "There is no page at that address" in page.inner_text("[data-testid='stMain']")
    assert page.locator("[role='dialog']").count() == 0


def test_search_finds_a_slide_and_leads_to_it(visitor) -> None:
    page = visitor.open("/search")
    page.fill("input[aria-label='Search for']", "ostrich temple")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")
    assert "q=ostrich" in page.url
    page.click("[class*='st-key-hit-'] a:has-text('Temple to ostrich')")
    page.wait_for_selector(".pf-message")
    assert "/adversarial-examples?slide=1" in page.url


def test_search_has_an_address_and_says_when_it_finds_nothing(visitor) -> None:
    page = visitor.open("/search?q=quagga")
    page.wait_for_selector("text=No results")


@pytest.fixture
def transcript() -> bytes:
    """A transcript that a lecturer could have given: each section's own slides, read aloud."""
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


def test_a_bad_transcript_is_refused_and_a_good_one_stands_beside_the_slides(
    visitor, transcript: bytes
) -> None:
    page = visitor.open("/transcript")
    _bring(page, "bread.txt", b"Knead the dough, let it rest, and bake it for an hour.\n\n" * 40)
    page.wait_for_selector(".pf-failed")
    assert page.locator("button:has-text('Delete this transcript')").count() == 0

    page = visitor.open("/transcript")
    _bring(page, "lecture.txt", transcript)
    page.wait_for_selector("text=/Imported \\d+ paragraphs/")
    try:
        page.click("[data-testid='stSidebarNavLink']:has-text('Adversarial examples')")
        page.wait_for_selector(".pf-said >> text=ostrich")
        slide = page.locator(".st-key-slide").bounding_box()
        said = page.locator(".pf-said").bounding_box()
        assert said["x"] >= slide["x"] + slide["width"]
        page = visitor.open("/search?q=temple")
        page.wait_for_selector("text=· transcript")
    finally:
        page = visitor.open("/transcript")
        page.click("button:has-text('Delete this transcript')")
        page.wait_for_selector("text=Transcript deleted")
