"""The deck in a browser: open it, and wait for a slide."""

from __future__ import annotations

from pyfrontiers.lecture import SECTIONS

SLIDES = [slide for item in SECTIONS for slide in item.slides]


def steps_of(slide) -> int:
    return len(slide.points) - 1 if slide.builds else 0


def open_deck(visitor, address: str = "/present"):
    page = visitor.page
    # A change of the hash alone would not load the document.
    page.goto("about:blank")
    page.goto(visitor.address + address)
    page.wait_for_function("window.pfShow !== undefined")
    page.wait_for_selector(".slide[data-shown][data-drawn]", state="attached")
    return page


def wait_for(page, slug: str, step: int = 0) -> None:
    page.wait_for_function(
        "([slug, step]) => pfShow.now.name === slug && pfShow.state.step === step"
        " && document.querySelector('.slide[data-shown]').id === slug",
        arg=[slug, step],
    )
