"""The browser's Back and Forward buttons reopen an experiment with its settings."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

FIRST, SECOND, THIRD = "adversarial-examples", "rethinking-generalization", "hype-and-winters"


def _raise_first_slider(page: Page, slug: str) -> str:
    """Move the first slider by two steps and return its value once the address contains it."""
    slider = _first_slider(page)
    low = slider.input_value()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(slider).not_to_have_value(low)
    value = slider.input_value()
    page.wait_for_function(
        "([slug, value]) => location.pathname.endsWith(slug)"
        " && [...new URL(location.href).searchParams.values()].includes(value)",
        arg=[slug, value],
    )
    return value


def _first_slider(page: Page) -> Locator:
    return page.locator("[data-testid='stSlider'] input[type='range']").first


def _open(page: Page, slug: str) -> None:
    page.click(f".pf-nav a.pf-page[href$='/{slug}']")
    page.wait_for_function("(slug) => location.pathname.endsWith(slug)", arg=slug)


def test_back_and_forward_keep_the_settings_of_each_page(visitor) -> None:
    page = visitor.open(f"/{FIRST}")
    first = _raise_first_slider(page, FIRST)
    _open(page, SECOND)
    visitor.settle()
    second = _raise_first_slider(page, SECOND)
    _open(page, THIRD)
    visitor.settle()

    for turn, slug, value in (
        (page.go_back, SECOND, second),
        (page.go_back, FIRST, first),
        (page.go_forward, SECOND, second),
    ):
        turn()
        page.wait_for_function("(slug) => location.pathname.endsWith(slug)", arg=slug)
        expect(_first_slider(page)).to_have_value(value)
        page.wait_for_function("(value) => location.search.includes(value)", arg=value)


def test_back_after_a_slide_s_link_keeps_the_settings(visitor) -> None:
    page = visitor.open(f"/{FIRST}?slide=1")
    value = _raise_first_slider(page, FIRST)
    page.click(".st-key-turn-back a")
    page.wait_for_function("(slug) => !location.pathname.endsWith(slug)", arg=FIRST)
    visitor.settle()
    page.go_back()
    page.wait_for_function("(slug) => location.pathname.endsWith(slug)", arg=FIRST)
    expect(_first_slider(page)).to_have_value(value)
