"""Every page on desktop and phone, light and dark: overflow, the console, accessibility, titles."""

from __future__ import annotations

from itertools import product

import pytest
from barriers import barriers
from pairwise import covering
from playwright.sync_api import expect

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.palette import DARK, LIGHT
from streamlit_app.routes import ROUTES

PATHS = [
    "/",
    "/search?q=dropout",
    "/transcript",
    "/kernels",
    *(f"/{item.slug}" for item in SECTIONS),
]
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
# Labels of buttons that are truncated.
CUT_SHORT = """
[...document.querySelectorAll("[data-testid=stMain] button, [data-testid=stMain] button *")]
  .filter(part => getComputedStyle(part).overflowX !== "visible")
  .filter(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1)
  .map(part => part.innerText)
"""
# The background has its colour, and no colour is on its way to another.
SHOWN = """
paper => getComputedStyle(document.querySelector(".stApp")).backgroundColor === paper
  && document.getAnimations().every((each) => !(each instanceof CSSTransition))
"""


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def views(combinations: str) -> dict[str, list[tuple[str, str]]]:
    """Widths and themes in which the walk sees each path; --combinations as in tests/conftest.py.

    In pairs, each page is seen in both widths and in both themes, in two views of four.
    """
    strength = {"every": 3, "pair": 2, "value": 1}[combinations]
    axes = [dict(enumerate(view)) for view in product(PATHS, WIDTHS, THEMES)]
    chosen: dict[str, list[tuple[str, str]]] = {}
    for number in covering(axes, strength):
        path, width, theme = axes[number].values()
        chosen.setdefault(path, []).append((width, theme))
    return chosen


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_seen_in_both_widths_and_both_themes(path) -> None:
    seen = views("pair")[path]
    assert len(seen) == 2
    assert {width for width, _ in seen} == set(WIDTHS)
    assert {theme for _, theme in seen} == set(THEMES)
    assert set(views("every")[path]) == set(product(WIDTHS, THEMES))


# The visitor's fixture checks that the console stayed empty and no request failed.
@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible_fits_the_screen_and_has_its_title(visitor, path, request) -> None:
    seen = views(request.config.getoption("--combinations"))[path]
    # Every other page is opened as the last view, and becomes the others by resizing.
    for number, view in enumerate(seen if PATHS.index(path) % 2 else seen[::-1]):
        paper = _shown_as(visitor.page, *view)
        page = visitor.page if number else visitor.open(path)
        page.wait_for_function(SHOWN, arg=paper)
        visitor.fits()
        assert page.locator("[data-testid='stException'], .st-key-page-error").count() == 0
        assert page.locator("h1").count() == 1
        route = ROUTES[path.strip("/").partition("?")[0]]
        assert page.title() == route.tab
        assert page.inner_text("h1").split()[0] in page.title() or path == "/", page.title()
        assert barriers(page) == [], view
        assert page.evaluate(CUT_SHORT) == [], view


def _shown_as(page, width: str, theme: str) -> str:
    """Give the window a size and a colour scheme; returns the colour of the page's background."""
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    page.emulate_media(color_scheme=theme)
    return _rgb((LIGHT if theme == "light" else DARK)["paper"])


@pytest.mark.parametrize("theme", THEMES)
def test_code_is_sent_when_its_listing_opens_and_is_accessible(visitor, theme) -> None:
    paper = _shown_as(visitor.page, "desk", theme)
    page = visitor.open("/hype-and-winters")
    page.wait_for_function(SHOWN, arg=paper)
    listing = page.locator(".st-key-code-listing")
    assert listing.locator("[data-testid='stCode']").count() == 0
    listing.locator("summary").click()
    expect(listing.locator("[data-testid='stCode']").first).to_contain_text("def ")
    visitor.settle()
    page.wait_for_function(SHOWN, arg=paper)
    assert barriers(page) == []


def test_every_page_has_a_title_of_its_own() -> None:
    titles = {route.tab for route in ROUTES.values()}
    assert len(titles) == len(ROUTES)


def test_chosen_theme_holds_on_every_page_and_after_a_reload(visitor) -> None:
    paper = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    page = visitor.open("/welcome")
    page.click("[data-testid='stMainMenu'] button")
    page.click("[role='menuitemradio']:has-text('Dark')")
    page.wait_for_function(f"{paper} === '{_rgb(DARK['paper'])}'")
    for path in ("/", "/adversarial-examples"):
        visitor.open(path).wait_for_function(f"{paper} === '{_rgb(DARK['paper'])}'")
    page.reload()
    page.wait_for_selector("h1")
    page.wait_for_function(f"{paper} === '{_rgb(DARK['paper'])}'")


@pytest.mark.parametrize(
    ("visitor", "token"),
    [((1440, 900, "light"), LIGHT), ((1440, 900, "dark"), DARK)],
    indirect=["visitor"],
    ids=["light", "dark"],
)
def test_page_slide_and_chart_follow_the_theme(visitor, token) -> None:
    page = visitor.open("/universal-approximation?slide=2")
    style = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    page.wait_for_function(SHOWN, arg=_rgb(token["paper"]))
    assert page.evaluate(style, [".st-key-slide", "backgroundColor"]) == _rgb(token["card"])
    assert page.evaluate(style, [".pf-message", "color"]) == _rgb(token["ink"])
    assert "Source Serif" in page.evaluate(style, [".pf-message", "fontFamily"])


def test_svg_uses_the_colours_of_the_page(visitor) -> None:
    page = visitor.open("/adversarial-examples?slide=3")
    drawing = page.locator(".pf-svg svg")
    drawing.wait_for()
    fills = drawing.evaluate(
        "svg => [...svg.querySelectorAll('*')].map(mark => getComputedStyle(mark).fill)"
    )
    strokes = drawing.evaluate(
        "svg => [...svg.querySelectorAll('*')].map(mark => getComputedStyle(mark).stroke)"
    )
    assert {_rgb(LIGHT["blue"]), _rgb(LIGHT["vermillion"])} <= {*fills, *strokes}


# The walk through all pages checks them on a desktop and a phone.
@pytest.mark.parametrize("visitor", [(1024, 768, "light")], indirect=True, ids=["tablet"])
def test_button_labels_are_not_truncated(visitor) -> None:
    for path in ("/adversarial-examples", "/dropout-sampling"):
        assert visitor.open(path).evaluate(CUT_SHORT) == [], path


def test_slide_is_16_by_9_on_a_desktop(visitor) -> None:
    visitor.open("/welcome?slide=2")
    box = visitor.page.locator(".st-key-slide").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)
