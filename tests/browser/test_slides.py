"""Turning slides with keys and buttons, across sections, with the slide in the address."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from pyfrontiers.lecture import SECTIONS, section
from streamlit_app.kit.text import unbroken
from streamlit_app.views.section.turning import place_at


def _at(visitor, number: int) -> None:
    """Wait for a slide of the lecture and check its message and address."""
    visitor.page.wait_for_selector(f".pf-where[data-number='{number}']")
    visitor.settle()
    place = place_at(number)
    assert visitor.message == unbroken(place.section.slides[place.slide - 1].message)
    address = re.escape(f"{visitor.address}/{place.slug}")
    expect(visitor.page).to_have_url(re.compile(f"^{address}"))


def test_arrow_keys_turn_slides_across_a_section_border(visitor) -> None:
    page = visitor.open("/universal-approximation?slide=3")
    start = int(page.get_attribute(".pf-where", "data-number"))
    for number in (start + 1, start + 2, start + 1, start):
        page.keyboard.press("ArrowRight" if number > _shown(page) else "ArrowLeft")
        _at(visitor, number)


def _shown(page) -> int:
    return int(page.get_attribute(".pf-where", "data-number"))


def test_rapid_key_presses_all_count(visitor) -> None:
    page = visitor.open("/hype-and-winters")
    start = _shown(page)
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    _at(visitor, start + 5)


def test_key_press_during_a_page_change_counts(visitor) -> None:
    page = visitor.open("/hype-and-winters?slide=2")
    start = _shown(page)
    # During a page change there may briefly be no slide. The timing depends on the machine, so hide
    # the number right after the first press; the next page has a new one.
    page.evaluate("""() => {
      const press = () => document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
      press();
      document.querySelector(".pf-where").classList.remove("pf-where");
      press();
    }""")
    _at(visitor, start + 2)


def test_buttons_turn_slides_like_the_keys(visitor) -> None:
    page = visitor.open("/adversarial-examples")
    start = _shown(page)
    page.click(".st-key-turn-on button")
    _at(visitor, start + 1)
    page.click(".st-key-turn-back button")
    _at(visitor, start)
    page.click(".st-key-turn-back a")
    _at(visitor, start - 1)


def test_browser_back_goes_through_the_slides(visitor) -> None:
    page = visitor.open("/function-approximators?slide=2")
    start = _shown(page)
    page.keyboard.press("ArrowRight")
    _at(visitor, start + 1)
    page.keyboard.press("ArrowRight")
    _at(visitor, start + 2)
    page.go_back()
    _at(visitor, start + 1)
    page.go_back()
    _at(visitor, start)


def test_link_opens_its_slide_and_clamps_the_number(visitor) -> None:
    item = section("dropout-sampling")
    for wanted, slide in (("2", 2), ("99", len(item.slides)), ("-1", 1), ("x", 1)):
        visitor.open(f"/{item.slug}?slide={wanted}")
        assert visitor.message == unbroken(item.slides[slide - 1].message)


def test_arrow_keys_move_the_cursor_in_a_text_field(visitor) -> None:
    page = visitor.open("/welcome")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'i'}))")
    page.focus("#i")
    page.keyboard.press("ArrowRight")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    assert _shown(page) == 1
    page.keyboard.press("ArrowRight")
    _at(visitor, 2)


def test_controls_are_disabled_at_both_ends(visitor) -> None:
    page = visitor.open("/welcome")
    expect(page.locator(".st-key-turn-back button")).to_be_disabled()
    page = visitor.open(f"/{SECTIONS[-1].slug}?slide=99")
    expect(page.locator(".st-key-turn-on button")).to_be_disabled()


def test_skip_link_skips_the_navigation(visitor) -> None:
    page = visitor.open("/welcome")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_function(
        "['h1', '.pf-nav'].map(part => document.activeElement.contains("
        "document.querySelector(part))).join() === 'true,false'"
    )
