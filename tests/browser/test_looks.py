"""Every page on desktop and phone, light and dark: overflow, the console, accessibility, titles."""

from __future__ import annotations

from importlib.resources import files

import pytest

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.palette import DARK, LIGHT

PATHS = [
    "/",
    "/search?q=dropout",
    "/transcript",
    "/kernels",
    *(f"/{item.slug}" for item in SECTIONS),
]
SCREENS = [(1440, 900, "light"), (390, 844, "dark")]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """
async (rules) => {
  const only = rules ? { runOnly: rules } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations
    .filter((rule) => rule.impact !== "minor")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}; ${node.failureSummary}`));
}
"""


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _barriers(page, *rules: str) -> list[str]:
    """Return what axe finds on a page beyond minor remarks, by all its rules or by these."""
    page.evaluate("source => { window.axe ?? (0, eval)(source); }", AXE)
    found: list[str] = page.evaluate(RUN_AXE, list(rules) or None)
    return found


def _switch_theme(page) -> None:
    """Let the system ask for the other theme, and wait for it."""
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    paper = _rgb((LIGHT if was_dark else DARK)["paper"])
    page.emulate_media(color_scheme="light" if was_dark else "dark")
    page.wait_for_function(
        "paper => getComputedStyle(document.querySelector('.stApp')).backgroundColor === paper",
        arg=paper,
    )


# The visitor's fixture checks that the console stayed empty and no request failed.
@pytest.mark.parametrize("visitor", SCREENS, indirect=True, ids=["desk", "phone"])
def test_every_page_is_accessible_fits_the_screen_and_has_its_title(visitor) -> None:
    titles = set()
    for path in PATHS:
        page = visitor.open(path)
        wide = page.evaluate(
            "[...document.querySelectorAll('html, [data-testid=stMain]')]"
            ".map(box => box.scrollWidth - box.clientWidth)"
        )
        assert max(wide) <= 0, path
        assert page.locator("[data-testid='stException'], .st-key-page-error").count() == 0, path
        assert page.locator("h1").count() == 1, path
        assert page.inner_text("h1").split()[0] in page.title() or path == "/", page.title()
        titles.add(page.title())
        assert _barriers(page) == [], path
        # Of axe's rules only contrast depends on the theme. The next page opens in the other one.
        _switch_theme(page)
        assert _barriers(page, "color-contrast") == [], path
    assert len(titles) == len(PATHS)


def test_chosen_theme_holds_on_every_page_and_after_a_reload(visitor) -> None:
    paper = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    page = visitor.open("/welcome")
    page.click("[data-testid='stMainMenu'] button")
    page.click("[role='menuitemradio']:has-text('Dark')")
    page.wait_for_function(f"{paper} === '{_rgb(DARK['paper'])}'")
    for path in ("/", "/adversarial-examples"):
        assert visitor.open(path).evaluate(paper) == _rgb(DARK["paper"])
    page.reload()
    page.wait_for_selector("h1")
    assert page.evaluate(paper) == _rgb(DARK["paper"])


@pytest.mark.parametrize(
    ("visitor", "token"),
    [((1440, 900, "light"), LIGHT), ((1440, 900, "dark"), DARK)],
    indirect=["visitor"],
    ids=["light", "dark"],
)
def test_page_slide_and_chart_follow_the_theme(visitor, token) -> None:
    page = visitor.open("/universal-approximation?slide=2")
    style = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    assert page.evaluate(style, [".stApp", "backgroundColor"]) == _rgb(token["paper"])
    assert page.evaluate(style, [".st-key-slide", "backgroundColor"]) == _rgb(token["card"])
    assert page.evaluate(style, [".pf-message", "color"]) == _rgb(token["ink"])
    assert "Source Serif" in page.evaluate(style, [".pf-message", "fontFamily"])


def test_svg_uses_the_colours_of_the_page(visitor) -> None:
    page = visitor.open("/adversarial-examples?slide=2")
    drawing = page.locator(".pf-svg svg")
    drawing.wait_for()
    fills = drawing.evaluate(
        "svg => [...svg.querySelectorAll('*')].map(mark => getComputedStyle(mark).fill)"
    )
    strokes = drawing.evaluate(
        "svg => [...svg.querySelectorAll('*')].map(mark => getComputedStyle(mark).stroke)"
    )
    assert {_rgb(LIGHT["blue"]), _rgb(LIGHT["vermillion"])} <= {*fills, *strokes}


CUT_SHORT = """
[...document.querySelectorAll("[data-testid=stMain] button, [data-testid=stMain] button *")]
  .filter(part => getComputedStyle(part).overflowX !== "visible")
  .filter(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1)
  .map(part => part.innerText)
"""


@pytest.mark.parametrize(
    "visitor", [(1024, 768, "light"), (390, 844, "light")], indirect=True, ids=["tablet", "phone"]
)
def test_button_labels_are_not_truncated(visitor) -> None:
    for path in ("/adversarial-examples", "/dropout-sampling"):
        assert visitor.open(path).evaluate(CUT_SHORT) == [], path


def test_slide_is_16_by_9_on_a_desktop(visitor) -> None:
    visitor.open("/welcome?slide=2")
    box = visitor.page.locator(".st-key-slide").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)
