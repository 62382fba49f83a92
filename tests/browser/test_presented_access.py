"""The deck in each of its views and both themes: what axe finds, and what leaves the screen."""

from __future__ import annotations

from itertools import product

import pytest
from barriers import barriers

STILL = "document.getAnimations().every((each) => !(each instanceof CSSTransition))"

# Address, and the keys that open the view.
VIEWS = {
    "slide": ("/present#adversarial-examples-temple/2", ()),
    "overview": ("/present#dropout-sampling-masks", ("o",)),
    "search": ("/present", ("/", *"turtle")),
    "help": ("/present", ("?",)),
    "presenter": ("/present?view=presenter#welcome-road", ()),
    "print": ("/present?print=handout", ()),
}


SIZES = ((1440, 900), (390, 844))


@pytest.mark.parametrize("view", VIEWS)
def test_deck_is_accessible_in_every_view(visitor, view: str) -> None:
    address, keys = VIEWS[view]
    page = visitor.page
    page.goto("about:blank")
    page.goto(visitor.address + address)
    page.wait_for_selector("html[data-drawn='all']")
    for key in keys:
        page.keyboard.press(key)
    found = []
    for (width, height), theme in product(SIZES, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.mouse.move(200, 200)  # shows the controls
        page.wait_for_function(STILL)
        found += [f"{width}, {theme}: {each}" for each in barriers(page)]
        if view in ("slide", "overview", "search"):
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == []
